// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.LocalIssuer;
import java.util.List;

/** Which issuers the services under attack trust. */
final class FaultyIssuers {

  /** Issuers whose discovery documents are not to be followed. */
  static final List<String> LIES =
      List.of("lying-issuer", "lying-origin", "lying-plain-http", "lying-file", "lying-nowhere");

  private FaultyIssuers() {}

  /** For the service whose clock stands still. */
  static void still(Trusted trusted) {
    trusted.trust("other", ecdsa(trusted));
    trusted.trust("single", ecdsa(trusted));
    LocalIssuer weak = ecdsa(trusted);
    SignatureRows.weaken(weak);
    trusted.trust("weak", weak);
    LocalIssuer pinned = trusted.describe().algorithms(Algorithm.RS256).start();
    SignatureRows.pin(pinned);
    trusted.trust("pinned", pinned);
    LocalIssuer main = trusted.get("main");
    main.keys().publish(main.keys().stranger(Algorithm.ES256).withId(HeaderRows.SHARED_ID));
    LocalIssuer other = trusted.get("other");
    other.keys().publish(other.keys().current().withId(HeaderRows.SHARED_ID));
  }

  /** For the service whose clock moves. */
  static void moving(Trusted trusted, Canary canary) {
    for (String name :
        List.of("flood", "rotating", "outage", "cold", "faulty", "poisoned", "removed")) {
      trusted.trust(name, ecdsa(trusted));
    }
    trusted.get("cold").down();
    trusted.silent("cold");
    for (String lie : LIES) {
      LocalIssuer liar = ecdsa(trusted);
      lie(lie, liar, canary);
      trusted.trust(lie, liar);
      trusted.silent(lie);
    }
  }

  private static void lie(String lie, LocalIssuer liar, Canary canary) {
    switch (lie) {
      case "lying-issuer" -> liar.metadata("issuer", "https://other.example");
      case "lying-origin" -> liar.metadata("jwks_uri", canary.url("/jwks"));
      case "lying-plain-http" -> liar.metadata("jwks_uri", "http://other.example/jwks");
      case "lying-file" -> liar.metadata("jwks_uri", "file:///etc/passwd");
      default -> liar.withoutMetadata("jwks_uri");
    }
  }

  private static LocalIssuer ecdsa(Trusted trusted) {
    return trusted.describe().algorithms(Algorithm.ES256).start();
  }
}
