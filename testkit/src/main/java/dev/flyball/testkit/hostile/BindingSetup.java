// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

/** Where scripted issuers answer what is not an issuer's ordinary business. */
final class BindingSetup {

  static final String INTROSPECTION = "/introspect";
  static final String DECISION = "/access/v1/evaluation";

  private BindingSetup() {}
}
