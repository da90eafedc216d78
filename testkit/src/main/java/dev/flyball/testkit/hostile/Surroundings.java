// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import dev.flyball.issuer.Fault;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.testkit.hostile.Row.Ground;

/** The properties that a service needs for what it can do beyond bearer tokens. */
final class Surroundings {

  /** Shared by a service and the issuer {@code secret}; longer than it must be. */
  static final String SECRET = "0f3c9a7e5d1b48b2a6e4f70d2c8b91a5-5a19b8c2d07f4e6a";

  /** What the canary is called in tokens, where calls may go there with one. */
  static final String PARTNER = "hostile-partner";

  private Surroundings() {}

  static void prepare(HostileSetup setup, Trusted trusted, Canary canary, Ground ground) {
    if (has(setup, Capability.THROTTLING)) {
      setup.property("flyball.auth.throttle.failures", "0");
    }
    if (has(setup, Capability.SHARED_SECRETS)) {
      LocalIssuer issuer = trusted.trust("secret", trusted.describe().start());
      issuer.clearRequests();
      trusted.silent("secret");
      setup.property(Trusted.key("secret", "secret"), SECRET);
    }
    if (has(setup, Capability.API_KEYS)) {
      setup.property("flyball.auth.api-keys.file", ApiKeyFile.NAME);
      setup.property("flyball.auth.api-keys.audience", Trusted.AUDIENCE);
    }
    if (has(setup, Capability.AUTHZEN)) {
      LocalIssuer main = trusted.get("main");
      main.fault(Trusted.DECISION, Fault.answer(200, "application/json", "{\"decision\":true}"));
      setup.property("flyball.auth.authzen.url", main.url());
    }
    if (has(setup, Capability.OUTGOING)) {
      setup.property("flyball.auth.outgoing.hostile.hosts", canary.authority());
      setup.property("flyball.auth.outgoing.hostile.mode", "relay");
      setup.property("flyball.auth.outgoing.hostile.audience", PARTNER);
    }
    if (has(setup, Capability.INTROSPECTION) && ground == Ground.MOVING) {
      LocalIssuer issuer = trusted.trust("opaque", trusted.describe().start());
      trusted.silent("opaque");
      setup.property(
          Trusted.key("opaque", "introspection.url"), issuer.url() + Trusted.INTROSPECTION);
      setup.property(Trusted.key("opaque", "introspection.client-id"), "hostile-service");
      setup.property(Trusted.key("opaque", "introspection.client-secret"), "hostile-password");
      setup.property(Trusted.key("opaque", "introspection.timeout"), "500ms");
      setup.property(Trusted.key("opaque", "introspection.only"), "true");
    }
  }

  private static boolean has(HostileSetup setup, Capability capability) {
    return setup.capabilities().contains(capability);
  }
}
