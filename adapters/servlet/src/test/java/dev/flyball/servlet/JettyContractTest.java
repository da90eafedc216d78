// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

/** The adapter passes the contract in Jetty. */
class JettyContractTest extends ServletContract {

  JettyContractTest() {
    super(Host.Container.JETTY);
  }
}
