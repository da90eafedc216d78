// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

/** The attack list against servlets in Jetty. */
class JettyHostileTest extends ServletHostileSuite {

  JettyHostileTest() {
    super(Host.Container.JETTY);
  }
}
