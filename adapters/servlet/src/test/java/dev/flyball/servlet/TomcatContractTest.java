// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

/** The adapter passes the contract in Tomcat. */
class TomcatContractTest extends ServletContract {

  TomcatContractTest() {
    super(Host.Container.TOMCAT);
  }
}
