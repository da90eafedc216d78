// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

/** The attack list against servlets in Tomcat. */
class TomcatHostileTest extends ServletHostileSuite {

  TomcatHostileTest() {
    super(Host.Container.TOMCAT);
  }
}
