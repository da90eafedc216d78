// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.SigningKey;
import dev.flyball.issuer.TokenBuilder;
import dev.flyball.testkit.hostile.Row.Need;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Rows 35 to 47: what tokens say (RFC 7519, RFC 8725, sections 3.8 to 3.12). */
final class ClaimRows {

  /** How far clocks may be apart unless properties say otherwise. */
  private static final int SKEW = 30;

  /** What a service on its own properties may allow. */
  private static final int HIGHEST_SKEW = 120;

  private static final String[] PAST = {"expired", "claim_type", "lifetime"};

  private ClaimRows() {}

  static List<Row> all() {
    return List.of(
        expiry(),
        beginning(),
        boundary(),
        issuer(),
        audience(),
        longAudience(),
        otherTokens(),
        opaque(),
        subject(),
        scope(),
        roles(),
        nested(),
        serialised());
  }

  // ---- time

  private static Row expiry() {
    Map<String, Object> types = new LinkedHashMap<>();
    types.put("1e308", new BigDecimal("1e308"));
    types.put("a text", "9999999999");
    types.put("a fraction", new BigDecimal("9999999999.9"));
    types.put("null", null);
    types.put("an array", List.of(9999999999L));
    types.put("an object", Map.of("at", 9999999999L));
    types.put("true", true);
    types.put("larger than a long", new BigDecimal("1e30"));
    Row row = Row.of(35, "exp that is none, or past");
    types.forEach((name, value) ->
        row.token("exp " + name, t -> t.claim("exp", value).sign(), "claim_type", "lifetime"));
    return row.token("missing", t -> t.without("exp").sign(), "claim_type")
        .token("0", t -> t.claim("exp", 0).sign(), PAST)
        .token("negative", t -> t.claim("exp", -1).sign(), PAST)
        .each(
            "past by skew and more",
            beyondSkew((t, now, skew) -> ending(t, now, -skew - 1), "expired"))
        .each("past by an hour", at((t, now) -> ending(t, now, -3_600), "expired"));
  }

  private static Row beginning() {
    return Row.of(36, "tokens that begin later, or last too long")
        .each(
            "nbf beyond skew",
            beyondSkew((t, now, skew) -> t.notBefore(now.plusSeconds(skew + 5)), "not_yet_valid"))
        .each(
            "iat beyond skew",
            beyondSkew((t, now, skew) -> t.issuedAt(now.plusSeconds(skew + 5)), "not_yet_valid"))
        .each(
            "iat after exp",
            at(
                (t, now) -> t.issuedAt(now.plusSeconds(700)).expiresAt(now.plusSeconds(600)),
                "lifetime",
                "not_yet_valid"))
        .each(
            "lifetime above the highest",
            at((t, now) -> t.expiresAt(now.plus(Duration.ofDays(400))), "lifetime"))
        .each(
            "the same without iat",
            at((t, now) -> t.without("iat").expiresAt(now.plus(Duration.ofDays(400))), "lifetime"))
        .token("nbf a text", t -> t.claim("nbf", "now").sign(), "claim_type")
        .token("iat a fraction", t -> t.claim("iat", 1.5).sign(), "claim_type")
        .token("iat null", t -> t.claim("iat", null).sign(), "claim_type");
  }

  private static Row boundary() {
    return Row.of(37, "exactly at exp and skew")
        .needs(Need.IN_THIS_PROCESS)
        .each(
            "a second before",
            (service, target) ->
                service.accepts(
                    target,
                    Attacked.bearer(ending(service.token(target), service.now(), 1 - SKEW).sign())))
        .each("at it", at((t, now) -> ending(t, now, -SKEW), "expired"))
        .each("a second after", at((t, now) -> ending(t, now, -SKEW - 1), "expired"))
        .each(
            "nbf at it",
            (service, target) ->
                service.accepts(
                    target,
                    Attacked.bearer(
                        service.token(target).notBefore(service.now().plusSeconds(SKEW)).sign())))
        .each(
            "nbf a second after",
            at((t, now) -> t.notBefore(now.plusSeconds(SKEW + 1)), "not_yet_valid"));
  }

  private static TokenBuilder ending(TokenBuilder token, Instant now, int seconds) {
    Instant end = now.plusSeconds(seconds);
    return token.issuedAt(end.minusSeconds(300)).expiresAt(end);
  }

  private static Row.Body at(
      BiFunction<TokenBuilder, Instant, TokenBuilder> change, String... reasons) {
    return (service, target) ->
        service.refuses(
            target,
            Expected.invalidToken(reasons),
            Attacked.bearer(change.apply(service.token(target), service.now()).sign()));
  }

  private static Row.Body beyondSkew(Shift shift, String... reasons) {
    return (service, target) -> {
      int skew = service.host().isConfigured() ? SKEW : HIGHEST_SKEW;
      at((token, now) -> shift.apply(token, now, skew), reasons).run(service, target);
    };
  }

  /** Changes the times of a token by the skew that a service may allow. */
  @FunctionalInterface
  private interface Shift {
    TokenBuilder apply(TokenBuilder token, Instant now, int skew);
  }

  // ---- who and for whom

  private static Row issuer() {
    return Row.of(38, "iss that is not exactly the issuer's")
        .token("missing", t -> t.without("iss").sign(), "issuer_unknown", "claim_type")
        .token("null", t -> t.claim("iss", null).sign(), "issuer_unknown", "claim_type")
        .token("empty", t -> t.issuer("").sign(), "issuer_unknown", "claim_type")
        .each("slash at the end", issued(iss -> iss + "/"))
        .each("blank at the end", issued(iss -> iss + " "))
        .each("capitals", issued(iss -> iss.replace("http", "HTTP")))
        .each("look-alike", issued(iss -> iss.replace("/", "\u2215")))
        .each("fragment", issued(iss -> iss + "#"))
        .each("user info", issued(iss -> iss.replace("//", "//user@")))
        .each(
            "an array",
            (service, target) ->
                service.refuses(
                    target,
                    Expected.invalidToken("issuer_unknown", "claim_type"),
                    Attacked.bearer(
                        service
                            .token(target)
                            .claim("iss", List.of(service.issuer().issuer()))
                            .sign())))
        .needs(Need.CONFIGURED)
        .each(
            "another trusted issuer",
            (service, target) ->
                service.refuses(
                    target,
                    Expected.invalidToken("kid_unknown").withFetch(),
                    Attacked.bearer(
                        service.token(target).issuer(service.issuer("other").issuer()).sign())));
  }

  private static Row.Body issued(UnaryOperator<String> change) {
    return (service, target) ->
        service.refuses(
            target,
            Expected.invalidToken("issuer_unknown"),
            Attacked.bearer(
                service.token(target).issuer(change.apply(service.issuer().issuer())).sign()));
  }

  private static Row audience() {
    return Row.of(39, "aud that is not ours")
        .token("missing", t -> t.without("aud").sign(), "audience")
        .token("empty array", t -> t.claim("aud", List.of()).sign(), "audience")
        .token("empty", t -> t.claim("aud", "").sign(), "audience", "claim_type")
        .token("null", t -> t.claim("aud", null).sign(), "audience", "claim_type")
        .token("a number", t -> t.claim("aud", 7).sign(), "audience", "claim_type")
        .token("array of numbers", t -> t.claim("aud", List.of(7)).sign(), "audience", "claim_type")
        .token(
            "an object",
            t -> t.claim("aud", Map.of("aud", "hostile")).sign(),
            "audience",
            "claim_type")
        .token("another service", t -> t.audience("payments").sign(), "audience")
        .token("a wildcard", t -> t.audience("*").sign(), "audience")
        .token("prefix of ours", t -> t.audience(audience(t).substring(1)).sign(), "audience")
        .token("ours and more", t -> t.audience(audience(t) + "-2").sign(), "audience")
        .token("blank behind ours", t -> t.audience(audience(t) + " ").sign(), "audience")
        .token("two in one text", t -> t.audience("a " + audience(t)).sign(), "audience")
        .token("case", t -> t.audience(swapped(audience(t))).sign(), "audience");
  }

  /** What the issuer says by itself. */
  private static String audience(TokenBuilder token) {
    Object audience = Answers.object(Segments.decode(token.sign(), 1)).get("aud");
    return String.valueOf(audience instanceof List<?> list ? list.get(0) : audience);
  }

  private static String swapped(String text) {
    char first = text.charAt(0);
    char other =
        Character.isUpperCase(first) ? Character.toLowerCase(first) : Character.toUpperCase(first);
    return other + text.substring(1);
  }

  private static Row longAudience() {
    return Row.of(40, "ours among 500 audiences")
        .each(
            "accepted, or refused by a cap",
            (service, target) -> {
              TokenBuilder token = service.token(target).algorithm(Algorithm.ES256);
              List<String> all = new ArrayList<>();
              IntStream.range(0, 500).mapToObj(i -> "a" + i).forEach(all::add);
              all.add(audience(token));
              service.acceptsOrRefuses(
                  target,
                  Expected.invalidToken("audience", "claim_type", "malformed", "too_large"),
                  Attacked.bearer(token.claim("aud", all).sign()));
            });
  }

  // ---- other tokens

  private static Row otherTokens() {
    return Row.of(41, "tokens that are for something else")
        .token("ID token, nonce", t -> t.typ("JWT").claim("nonce", "n").sign(), "token_type")
        .token("ID token, at_hash", t -> t.typ("JWT").claim("at_hash", "h").sign(), "token_type")
        .token(
            "ID token without typ",
            t -> t.withoutHeader("typ").claim("nonce", "n").audience("local-client").sign(),
            "token_type",
            "audience")
        .token("logout token", t -> t.typ("logout+jwt").sign(), "token_type")
        .token(
            "logout token, typ JWT",
            t ->
                t.typ("JWT")
                    .claim(
                        "events",
                        Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()))
                    .sign(),
            "token_type")
        .token("security event", t -> t.typ("secevent+jwt").sign(), "token_type")
        .token("client assertion", t -> t.typ("client-authentication+jwt").sign(), "token_type")
        .token("introspection answer", t -> t.typ("token-introspection+jwt").sign(), "token_type")
        .token("typ a number", t -> t.header("typ", 7).sign(), "token_type", "malformed")
        .token("typ unknown", t -> t.typ("x").sign(), "token_type")
        .token("DPoP proof", t -> t.typ("dpop+jwt").sign(), "token_type")
        .each(
            "DPoP proof with its key",
            (service, target) -> {
              SigningKey key = service.issuer().keys().stranger(Algorithm.ES256);
              String proof =
                  service
                      .token(target)
                      .signedBy(key)
                      .typ("dpop+jwt")
                      .header("jwk", key.publicJwk())
                      .sign();
              service.refuses(
                  target,
                  Expected.invalidToken("token_type", "header_forbidden"),
                  Attacked.bearer(proof));
            });
  }

  private static Row opaque() {
    return Row.of(42, "tokens that are no JWT")
        .token("opaque", t -> "2YotnFZFEjr1zCsicMWpAA", "malformed")
        .token("opaque with a dot", t -> "v2.local-2YotnFZFEjr1zCsicMWpAA", "malformed")
        .token("refresh token", t -> t.typ("rt+jwt").sign(), "token_type")
        .token("a UUID", t -> "0b6d8b22-7a5b-4a9a-8a3a-0d8a6c3b7f11", "malformed")
        .token("a PASETO", t -> "v4.public." + "A".repeat(120), "malformed");
  }

  private static Row subject() {
    Map<String, Object> subjects = new LinkedHashMap<>();
    subjects.put("empty", "");
    subjects.put("blank", " \t ");
    subjects.put("a number", 7);
    subjects.put("an array", List.of("alice"));
    subjects.put("an object", Map.of("a", "b"));
    subjects.put("null", null);
    subjects.put("3 KB", "s".repeat(3_000));
    Row row =
        Row.of(43, "sub that is nobody")
            .token("missing", t -> t.without("sub").sign(), "claim_type");
    subjects.forEach(
        (name, value) -> row.token(name, t -> t.claim("sub", value).sign(), "claim_type"));
    return row.token(
        "10 KB",
        t -> t.subject("s".repeat(10_000)).sign(),
        Expected.invalidToken("claim_type", "too_large").orByHost());
  }

  // ---- what the caller may

  private static Row scope() {
    Row row =
        Row.of(44, "scopes that are nearly right")
            .fitting("endpoint with scopes", target -> !target.scopes().isEmpty());
    scoped(row, "none", scope -> "");
    scoped(row, "prefix", scope -> scope.substring(0, scope.length() - 1));
    scoped(row, "and more", scope -> scope + "write");
    scoped(row, "encoded blank", scope -> scope + "%20");
    scoped(row, "tab between", scope -> "a\t" + scope);
    scoped(row, "no-break space between", scope -> "a\u00a0" + scope);
    scoped(row, "comma between", scope -> "a," + scope);
    scoped(row, "line feed between", scope -> "a\n" + scope);
    scoped(row, "capitals", ClaimRows::swapped);
    scoped(row, "a wildcard", scope -> "*");
    scoped(row, "quoted", scope -> '"' + scope + '"');
    for (Object value :
        new Object[] {7, true, Map.of("a", "b"), List.of(7), List.of(List.of("a"))}) {
      row.each(
          "scope " + value,
          (service, target) ->
              service.refuses(
                  target,
                  Expected.forbidden("insufficient_scope", "insufficient_scope"),
                  Attacked.bearer(service.token(target).claim("scope", value).sign())));
    }
    return row.accepted("twice", t -> t.claim("scope", twice(t)).sign())
        .each(
            "an array, taken word by word or not at all",
            (service, target) ->
                service.acceptsOrRefuses(
                    target,
                    Expected.forbidden("insufficient_scope", "insufficient_scope"),
                    Attacked.bearer(service.token(target).claim("scope", target.scopes()).sign())));
  }

  private static String twice(TokenBuilder token) {
    Object scope = Answers.object(Segments.decode(token.sign(), 1)).get("scope");
    return scope + " " + scope;
  }

  private static void scoped(Row row, String name, UnaryOperator<String> change) {
    row.each(
        name,
        (service, target) ->
            service.refuses(
                target,
                Expected.forbidden("insufficient_scope", "insufficient_scope"),
                Attacked.bearer(
                    service
                        .token(target)
                        .claim("scope", change.apply(String.join(" ", target.scopes())))
                        .sign())));
  }

  private static Row roles() {
    Row row =
        Row.of(45, "roles that are none")
            .fitting("endpoint with roles", target -> !target.roles().isEmpty());
    row.each("missing", withRoles(t -> t.without("roles")));
    for (Object value :
        new Object[] {
          7, true, "", Map.of("a", "b"), List.of(), List.of(7), List.of(Map.of()), "other"
        }) {
      row.each("roles " + value, withRoles(t -> t.claim("roles", value)));
    }
    return row.each("roles null", withRoles(t -> t.claim("roles", null)))
        .each(
            "other case",
            (service, target) ->
                refusesRoles(
                    service, target, service.token(target).roles(swapped(target.roles().get(0)))));
  }

  private static Row.Body withRoles(UnaryOperator<TokenBuilder> change) {
    return (service, target) -> refusesRoles(service, target, change.apply(service.token(target)));
  }

  private static void refusesRoles(Attacked service, HostileTarget target, TokenBuilder token)
      throws Exception {
    service.refuses(target, Expected.forbidden(null), Attacked.bearer(token.sign()));
  }

  // ---- tokens in tokens

  private static Row nested() {
    return Row.of(46, "nested, encrypted, compressed")
        .token("cty JWT", t -> t.header("cty", "JWT").sign(), "unsupported")
        .token(
            "JWS in JWS", t -> t.header("cty", "JWT").forge().rawPayload(t.sign()), "unsupported")
        .token("JWS in JWS that does not say so", t -> t.forge().rawPayload(t.sign()), "malformed")
        .token("JWE", t -> jwe("{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\"}"), "unsupported")
        .token(
            "JWE, p2c = 2^31",
            t -> jwe("{\"alg\":\"PBES2-HS256+A128KW\",\"enc\":\"A128GCM\",\"p2c\":2147483648}"),
            "unsupported")
        .token(
            "p2c = 2^31 in a JWS",
            t -> t.header("alg", "PBES2-HS256+A128KW").header("p2c", 2147483648L).sign(),
            "alg_not_allowed")
        .token(
            "dir", t -> jwe("{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"zip\":\"DEF\"}"), "unsupported")
        .token("zip", t -> t.header("zip", "DEF").sign(), "header_forbidden")
        .token("enc", t -> t.header("enc", "A256GCM").sign(), "header_forbidden");
  }

  private static String jwe(String header) {
    String part = "A".repeat(24);
    return String.join(".", Segments.encode(header), part, part, part, part);
  }

  private static Row serialised() {
    return Row.of(47, "JWS in JSON")
        .token(
            "flattened",
            ClaimRows::flattened,
            Expected.invalidToken("malformed", "two_credentials").orInvalidRequest())
        .token(
            "general, without a comma",
            t -> "{\"payload\":\"" + Segments.encode("{}") + "\"}",
            "malformed")
        .token("flattened in base64url", t -> Segments.encode(flattened(t)), "malformed");
  }

  private static String flattened(TokenBuilder token) {
    String[] parts = token.sign().split("\\.", -1);
    return "{\"protected\":\""
        + parts[0]
        + "\",\"payload\":\""
        + parts[1]
        + "\",\"signature\":\""
        + parts[2]
        + "\"}";
  }
}
