// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import java.io.IOException;

/** The call was broken off: for the application, which writes on, and for the container to see. */
final class CutOff extends IOException {

  private static final long serialVersionUID = 1L;

  CutOff() {
    super("the call was broken off");
  }
}
