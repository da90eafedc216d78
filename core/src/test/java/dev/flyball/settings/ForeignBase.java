// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import dev.flyball.annotation.RequiresScope;

/**
 * A class of another package than that of its subclasses, with a method that is seen here alone.
 */
public class ForeignBase {

  /** No method of another package overrides it, whatever its name. */
  @RequiresScope("foreign")
  void handle() {}
}
