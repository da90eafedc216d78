// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import dev.flyball.issuer.LocalIssuer;
import dev.flyball.issuer.LocalIssuerBuilder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The issuers that a service under attack trusts, each to be scripted by one row. */
final class Trusted implements AutoCloseable {

  /** What services are called in tokens. */
  static final String AUDIENCE = "hostile";

  /** Where a scripted issuer says what an opaque token means. */
  static final String INTROSPECTION = "/introspect";

  /** Where a scripted issuer decides as AuthZEN wants it. */
  static final String DECISION = "/access/v1/evaluation";

  private static final List<String> ASKED =
      List.of(
          LocalIssuer.JWKS,
          LocalIssuer.OPENID_CONFIGURATION,
          LocalIssuer.AUTHORIZATION_SERVER,
          LocalIssuer.TOKEN,
          INTROSPECTION,
          DECISION);

  private final HostileSetup setup;
  private final Map<String, LocalIssuer> issuers = new LinkedHashMap<>();
  private final Set<LocalIssuer> silent = new HashSet<>();

  Trusted(HostileSetup setup) {
    this.setup = setup;
  }

  /** A description of an issuer that goes by the clock of the service. */
  LocalIssuerBuilder describe() {
    return LocalIssuer.builder().port(0).audience(AUDIENCE).clock(setup::now);
  }

  /** Makes the service trust an issuer that runs. */
  LocalIssuer trust(String name, LocalIssuer issuer) {
    issuers.put(name, issuer);
    setup.property(key(name, "issuer"), issuer.issuer());
    setup.property(key(name, "audience"), AUDIENCE);
    return issuer;
  }

  LocalIssuer get(String name) {
    return Objects.requireNonNull(issuers.get(name), name);
  }

  /** A key of the settings of an issuer. */
  static String key(String name, String property) {
    return "flyball.auth.issuers.hostile-" + name + '.' + property;
  }

  /** How often the keys of each issuer that can be asked have been asked for. */
  Map<LocalIssuer, Integer> keysAskedFor() {
    Map<LocalIssuer, Integer> asked = new HashMap<>();
    for (LocalIssuer issuer : issuers.values()) {
      if (!silent.contains(issuer)) {
        asked.put(issuer, issuer.requests(LocalIssuer.JWKS));
      }
    }
    return asked;
  }

  boolean haveBeenAskedSince(Map<LocalIssuer, Integer> before) {
    return keysAskedFor().entrySet().stream()
        .allMatch(now -> now.getValue() > before.getOrDefault(now.getKey(), 0));
  }

  /** Says that nobody will get keys from an issuer. */
  void silent(String name) {
    silent.add(get(name));
  }

  /** How many requests the issuers have had. */
  int requests() {
    int requests = 0;
    for (LocalIssuer issuer : issuers.values()) {
      for (String path : ASKED) {
        requests += issuer.requests(path);
      }
    }
    return requests;
  }

  @Override
  public void close() {
    issuers.values().forEach(LocalIssuer::close);
  }
}
