// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.flyball.CallRecord;
import dev.flyball.Header;
import dev.flyball.Outcome;
import dev.flyball.Principal;
import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.KeyEncoding;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.issuer.TokenBuilder;
import dev.flyball.testkit.InProcessCarrier;
import dev.flyball.testkit.Vectors;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tokens and headers, good and hostile. The rows are those of the attack list of the specification.
 */
class BearerTokenTest {

  private static AuthApp app;

  @BeforeAll
  static void start() {
    app = AuthApp.start();
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  private static TokenBuilder token() {
    return app.issuer.token().subject("alice").scopes("orders:read");
  }

  // ---- what is accepted

  @ParameterizedTest
  @EnumSource(names = {"RS256", "PS256", "ES256", "EDDSA"})
  void token_ofEachDefaultAlgorithm_isAccepted(Algorithm algorithm) {
    assertThat(app.call(token().algorithm(algorithm).sign())).isOk().hasSubject("alice");
  }

  @ParameterizedTest
  @EnumSource(names = {"RS384", "RS512", "PS384", "PS512", "ES384", "ES512"})
  void token_ofOtherAlgorithm_isAcceptedOnlyWhereAllowed(Algorithm algorithm) {
    assertThat(app.call(token().algorithm(algorithm).sign())).hasReason("alg_not_allowed");
    try (AuthApp wide =
        AuthApp.with(app ->
            app.property(
                "flyball.auth.issuers.main.algorithms",
                "RS256,RS384,RS512,PS384,PS512,ES384,ES512"))) {
      String token = wide.issuer.token().subject("bob").algorithm(algorithm).sign();
      assertThat(wide.call(token)).isOk().hasSubject("bob");
    }
  }

  @Test
  void principal_isWhatTheTokenSays() {
    String token =
        token()
            .clientId("shop-app")
            .scopes("orders:read", "orders:write")
            .roles("admin")
            .claim("act", Map.of("sub", "robot"))
            .claim("jti", "id-1")
            .claim("department", "sales")
            .sign();
    Principal principal = app.call(token).principal();
    assertThat(principal).isNotNull();
    assertThat(principal.subject()).isEqualTo("alice");
    assertThat(principal.issuer()).isEqualTo(app.issuer.issuer());
    assertThat(principal.client()).isEqualTo("shop-app");
    assertThat(principal.scopes()).containsExactlyInAnyOrder("orders:read", "orders:write");
    assertThat(principal.roles()).containsExactly("admin");
    assertThat(principal.method()).isEqualTo("jwt");
    assertThat(principal.credentialId()).isEqualTo("id-1");
    assertThat(principal.actor()).isEqualTo("robot");
    assertThat(principal.claims()).containsEntry("department", "sales");
    assertThat(principal.expiresAt()).isEqualTo(app.time.now().getEpochSecond() + 300);
  }

  @Test
  void principal_hasNoNullsInItsClaims() {
    Principal principal =
        app.call(
                token()
                    .claim("nothing", null)
                    .claim("list", Arrays.asList("a", null, List.of("b")))
                    .claim("object", objectWithNull())
                    .sign())
            .principal();
    assertThat(principal.claims())
        .doesNotContainKey("nothing")
        .containsEntry("list", List.of("a", List.of("b")))
        .containsEntry("object", Map.of("b", true))
        .containsEntry("sub", "alice");
    Map<String, Object> inside =
        app.call(token().claim("x", objectWithNull()).sign()).principal().claims();
    assertThat(inside).containsEntry("x", Map.of("b", true));
  }

  private static Map<String, Object> objectWithNull() {
    Map<String, Object> object = new java.util.HashMap<>();
    object.put("a", null);
    object.put("b", true);
    return object;
  }

  static Stream<Arguments> accepted() {
    return Stream.of(
        accept("second audience of the service", t -> t.audience("orders-old")),
        accept(
            "row 40: ours among many audiences", t -> t.claim("aud", List.of("a", "b", "orders"))),
        accept("typ JWT", t -> t.typ("JWT")),
        accept("typ application/at+jwt in odd case", t -> t.typ("Application/AT+JWT")),
        accept("no typ", t -> t.withoutHeader("typ")),
        accept("no iat", t -> t.without("iat")),
        accept("no jti", t -> t.without("jti")),
        accept("header that nobody has registered", t -> t.header("ver", "2")),
        accept(
            "thumbprints of certificates", t -> t.header("x5t", "abc").header("x5t#S256", "def")),
        accept("null among the claims", t -> t.claim("nickname", null)),
        accept("non-ASCII subject", t -> t.subject("älice \uD83D\uDE00")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("accepted")
  void unusualToken_isAccepted(String name, Function<TokenBuilder, TokenBuilder> change) {
    assertThat(app.call(change.apply(token()).sign())).isOk();
  }

  private static Arguments accept(String name, Function<TokenBuilder, TokenBuilder> change) {
    return arguments(name, change);
  }

  // ---- what is refused

  static Stream<Arguments> attacks() {
    return Stream.of(
        attack("row 1: alg none", t -> t.forge().unsigned(), "alg_not_allowed"),
        attack("row 1: alg None", t -> t.forge().unsigned("None"), "alg_not_allowed"),
        attack("row 1: alg NONE", t -> t.forge().unsigned("NONE"), "alg_not_allowed"),
        attack("row 1: alg nOnE", t -> t.forge().unsigned("nOnE"), "alg_not_allowed"),
        attack(
            "row 2: alg none, signed",
            t -> t.forge().unsignedWithSignature("none"),
            "alg_not_allowed"),
        attack("row 3: signature stripped", t -> t.forge().withoutSignature(), "signature_missing"),
        attack("row 4: two segments", t -> segments(t.sign(), 2), "malformed"),
        attack("row 4: four segments", t -> t.sign() + ".AAAA", "malformed"),
        attack("row 4: five segments", t -> t.sign() + ".AAAA.AAAA", "malformed"),
        attack("row 4: only dots", t -> "..", "malformed"),
        attack("row 4: no dot", t -> "abcdef", "malformed"),
        attack("row 5: HS256 with PEM", t -> t.forge().hmac(KeyEncoding.PEM), "alg_not_allowed"),
        attack(
            "row 5: HS256 with PEM+LF", t -> t.forge().hmac(KeyEncoding.PEM_LF), "alg_not_allowed"),
        attack("row 5: HS256 with DER", t -> t.forge().hmac(KeyEncoding.DER), "alg_not_allowed"),
        attack("row 5: HS256 with JWK", t -> t.forge().hmac(KeyEncoding.JWK), "alg_not_allowed"),
        attack(
            "row 5: HS256 with modulus",
            t -> t.forge().hmac(KeyEncoding.MODULUS),
            "alg_not_allowed"),
        attack(
            "row 6: HS256 with empty-ish secret",
            t -> t.forge().hmac(new byte[] {0}),
            "alg_not_allowed"),
        attack(
            "row 6: HS256 with common secret",
            t -> t.forge().hmac(bytes("secret")),
            "alg_not_allowed"),
        attack(
            "row 9: ES256 with a key of another kind",
            t -> ed(t).header("alg", "ES256").sign(),
            "key_alg_mismatch"),
        attack(
            "row 9: EdDSA with a key of another kind",
            t -> es(t).header("alg", "EdDSA").sign(),
            "key_alg_mismatch"),
        attack(
            "row 10: ECDSA r=0, s=0",
            t -> es(t).forge().signature(s -> new byte[64]),
            "signature_invalid"),
        attack(
            "row 10: ECDSA with r = n",
            t -> es(t).forge().signature(BearerTokenTest::orderAsR),
            "signature_invalid"),
        attack(
            "row 10: ECDSA 63 bytes",
            t -> es(t).forge().signature(s -> Arrays.copyOf(s, 63)),
            "signature_invalid"),
        attack(
            "row 10: ECDSA 65 bytes",
            t -> es(t).forge().signature(s -> Arrays.copyOf(s, 65)),
            "signature_invalid"),
        attack(
            "row 10: ECDSA + zero bytes",
            t -> es(t).forge().signature(s -> Arrays.copyOf(s, 72)),
            "signature_invalid"),
        attack(
            "row 11: Ed25519 + 0x00",
            t -> ed(t).forge().signature(s -> Arrays.copyOf(s, 65)),
            "signature_invalid"),
        attack(
            "row 11: Ed25519 S non-canonical",
            t -> ed(t).forge().signature(BearerTokenTest::largeS),
            "signature_invalid"),
        attack("row 14: space in payload", t -> insert(t.sign(), 1, " "), "malformed"),
        attack("row 14: ? in header", t -> insert(t.sign(), 0, "?"), "malformed"),
        attack("row 14: = at the end", t -> t.sign() + "=", "malformed"),
        attack("row 14: + in signature", t -> insert(t.sign(), 2, "+"), "malformed"),
        attack("row 14: / in signature", t -> insert(t.sign(), 2, "/"), "malformed"),
        attack("row 14: # in payload", t -> insert(t.sign(), 1, "#"), "malformed"),
        attack(
            "row 15: last character that decodes equal",
            t -> lastCharacterChanged(ed(t).sign()),
            "malformed"),
        attack("row 16: header is an array", t -> t.forge().rawHeader("[]"), "malformed"),
        attack("row 16: header is a string", t -> t.forge().rawHeader("\"x\""), "malformed"),
        attack(
            "row 16: header with duplicate alg",
            t -> t.forge().rawHeader("{\"alg\":\"none\",\"alg\":\"RS256\"}"),
            "malformed"),
        attack(
            "row 16: header with BOM",
            t -> t.forge().rawHeader("\uFEFF{\"alg\":\"RS256\"}"),
            "malformed"),
        attack(
            "row 16: header with NUL",
            t -> t.forge().rawHeader("{\"alg\":\"RS256\"}\u0000"),
            "malformed"),
        attack(
            "row 16: header with trailing data",
            t -> t.forge().rawHeader("{\"alg\":\"RS256\"}{}"),
            "malformed"),
        attack(
            "row 16: header with lone surrogate",
            t -> t.forge().rawHeader("{\"alg\":\"RS256\",\"x\":\"\\ud800\"}"),
            "malformed"),
        attack(
            "row 16: header nested",
            t -> t.forge().rawHeader("{\"alg\":\"RS256\",\"x\":[[[[]]]]}"),
            "malformed"),
        attack(
            "row 16: header not UTF-8",
            t -> t.forge().raw(new byte[] {'{', (byte) 0xFF, '}'}, bytes("{}")),
            "malformed"),
        attack(
            "row 17: duplicate sub",
            t -> t.forge().rawPayload(payload("\"sub\":\"alice\",\"sub\":\"root\"")),
            "duplicate_claim"),
        attack(
            "row 17: duplicate exp",
            t -> t.forge().rawPayload(payload("\"exp\":1,\"exp\":9999999999")),
            "duplicate_claim"),
        attack(
            "row 17: duplicate aud",
            t -> t.forge().rawPayload(payload("\"aud\":\"orders\"")),
            "duplicate_claim"),
        attack(
            "row 17: duplicate name inside",
            t -> t.forge().rawPayload(payload("\"x\":{\"a\":1,\"a\":2}")),
            "duplicate_claim"),
        attack("row 18: payload not JSON", t -> t.forge().rawPayload("hello"), "malformed"),
        attack("row 18: payload an array", t -> t.forge().rawPayload("[1]"), "malformed"),
        attack(
            "row 18: payload nested 100",
            t -> t.forge().rawPayload(payload("\"x\":" + "[".repeat(100) + "]".repeat(100))),
            "malformed"),
        attack("row 19: 9 KB", t -> t.paddedTo(9 * 1024).sign(), "too_large"),
        attack("row 19: 64 KB", t -> t.paddedTo(64 * 1024).sign(), "too_large"),
        attack("row 20: crit exp", t -> t.forge().crit("exp"), "crit_unsupported"),
        attack("row 20: crit empty", t -> t.header("crit", List.of()).sign(), "crit_unsupported"),
        attack(
            "row 20: crit b64",
            t -> t.header("b64", false).header("crit", List.of("b64")).sign(),
            "crit_unsupported"),
        attack("row 20: b64 without crit", t -> t.header("b64", false).sign(), "header_forbidden"),
        attack("row 20: crit unknown", t -> t.forge().crit("x-unknown"), "crit_unsupported"),
        attack("row 20: crit a text", t -> t.header("crit", "exp").sign(), "crit_unsupported"),
        attack("row 21: embedded jwk", t -> t.forge().embeddedJwk(), "header_forbidden"),
        attack(
            "row 22: jku", t -> t.forge().jku("https://attacker.example/jwks"), "header_forbidden"),
        attack(
            "row 22: jku to metadata",
            t -> t.forge().jku("http://169.254.169.254/"),
            "header_forbidden"),
        attack("row 22: x5u file", t -> t.forge().x5u("file:///etc/passwd"), "header_forbidden"),
        attack("row 23: x5c", t -> t.forge().x5c(), "header_forbidden"),
        attack("row 23: x5t no text", t -> t.header("x5t", 7).sign(), "malformed"),
        attack("row 24: kid a path", t -> t.header("kid", "../../dev/null").sign(), "kid_unknown"),
        attack("row 24: kid SQL", t -> t.header("kid", "' OR '1'='1").sign(), "kid_unknown"),
        attack("row 24: kid 2 KB", t -> t.header("kid", "k".repeat(2_000)).sign(), "malformed"),
        attack("row 24: kid 10 KB", t -> t.header("kid", "k".repeat(10_000)).sign(), "too_large"),
        attack(
            "row 24: kid shell",
            t -> t.header("kid", "$(touch /tmp/x);`id`").sign(),
            "kid_unknown"),
        attack("row 24: kid NUL", t -> t.header("kid", "a\u0000b").sign(), "malformed"),
        attack("row 24: kid an object", t -> t.header("kid", Map.of()).sign(), "malformed"),
        attack("row 24: kid with line feed", t -> t.header("kid", "a\nb").sign(), "malformed"),
        attack("row 24: kid empty", t -> t.header("kid", "").sign(), "malformed"),
        attack("row 24: kid a number", t -> t.header("kid", 7).sign(), "malformed"),
        attack("row 24: kid null", t -> t.header("kid", null).sign(), "malformed"),
        attack(
            "row 26: another key under a published kid",
            t -> t.forge().stranger(),
            "signature_invalid"),
        attack("row 35: exp missing", t -> t.without("exp").sign(), "claim_type"),
        attack(
            "row 35: exp past by a second beyond the skew",
            t -> t.expiresAt(now(-31)).sign(),
            "expired"),
        attack("row 35: exp zero", t -> t.claim("exp", 0).sign(), "lifetime"),
        attack("row 35: exp negative", t -> t.claim("exp", -1).sign(), "claim_type"),
        attack("row 35: exp text", t -> t.claim("exp", "9999999999").sign(), "claim_type"),
        attack("row 35: exp fraction", t -> t.claim("exp", 9999999999.5).sign(), "claim_type"),
        attack(
            "row 35: exp huge", t -> t.claim("exp", new BigDecimal("1e308")).sign(), "claim_type"),
        attack("row 35: exp null", t -> t.claim("exp", null).sign(), "claim_type"),
        attack("row 35: exp array", t -> t.claim("exp", List.of(9999999999L)).sign(), "claim_type"),
        attack("row 36: nbf in the future", t -> t.notBefore(now(31)).sign(), "not_yet_valid"),
        attack(
            "row 36: iat in the future",
            t -> t.issuedAt(now(31)).expiresAt(now(300)).sign(),
            "not_yet_valid"),
        attack(
            "row 36: iat after exp",
            t -> t.issuedAt(now(20)).expiresAt(now(10)).sign(),
            "lifetime"),
        attack(
            "row 36: lifetime above the maximum",
            t -> t.expiresIn(Duration.ofDays(2)).sign(),
            "lifetime"),
        attack(
            "row 36: lifetime without iat",
            t -> t.without("iat").expiresAt(now(200_000)).sign(),
            "lifetime"),
        attack("row 36: nbf text", t -> t.claim("nbf", "now").sign(), "claim_type"),
        attack("row 38: iss missing", t -> t.without("iss").sign(), "issuer_unknown"),
        attack(
            "row 38: iss with slash",
            t -> t.issuer(app.issuer.issuer() + "/").sign(),
            "issuer_unknown"),
        attack(
            "row 38: iss in capitals",
            t -> t.issuer(app.issuer.issuer().replace("http", "HTTP")).sign(),
            "issuer_unknown"),
        attack(
            "row 38: iss an array",
            t -> t.claim("iss", List.of(app.issuer.issuer())).sign(),
            "claim_type"),
        attack(
            "row 38: iss with a look-alike",
            t -> t.issuer(app.issuer.issuer().replace("1", "\uFF11")).sign(),
            "issuer_unknown"),
        attack("row 38: iss null", t -> t.claim("iss", null).sign(), "claim_type"),
        attack("row 39: aud missing", t -> t.without("aud").sign(), "audience"),
        attack("row 39: aud empty", t -> t.claim("aud", List.of()).sign(), "audience"),
        attack("row 39: aud null", t -> t.claim("aud", null).sign(), "claim_type"),
        attack("row 39: aud a number", t -> t.claim("aud", 7).sign(), "claim_type"),
        attack("row 39: aud another", t -> t.audience("payments").sign(), "audience"),
        attack("row 39: aud a prefix", t -> t.audience("order").sign(), "audience"),
        attack("row 39: aud in capitals", t -> t.audience("ORDERS").sign(), "audience"),
        attack("row 41: ID token", t -> t.typ("JWT").claim("nonce", "n").sign(), "token_type"),
        attack(
            "row 41: ID token with at_hash",
            t -> t.typ("JWT").claim("at_hash", "n").sign(),
            "token_type"),
        attack(
            "row 41: logout token of no type of its own",
            t -> t.typ("JWT").claim("events", Map.of()).sign(),
            "token_type"),
        attack("row 41: logout token", t -> t.typ("logout+jwt").sign(), "token_type"),
        attack("row 41: DPoP proof", t -> t.typ("dpop+jwt").sign(), "token_type"),
        attack("row 42: opaque", t -> "2YotnFZFEjr1zCsicMWpAA", "malformed"),
        attack("row 43: sub missing", t -> t.without("sub").sign(), "claim_type"),
        attack("row 43: sub empty", t -> t.subject("").sign(), "claim_type"),
        attack("row 43: sub blank", t -> t.subject("  ").sign(), "claim_type"),
        attack("row 43: sub long", t -> t.subject("s".repeat(3_000)).sign(), "claim_type"),
        attack("row 43: sub a number", t -> t.claim("sub", 7).sign(), "claim_type"),
        attack("row 46: nested JWT", t -> t.header("cty", "JWT").sign(), "unsupported"),
        attack(
            "row 46: enc in the header",
            t -> t.header("enc", "A256GCM").sign(),
            "header_forbidden"),
        attack("row 46: JWE", t -> encrypted("\"enc\":\"A256GCM\""), "unsupported"),
        attack(
            "row 46: JWE, p2c",
            t -> encrypted("\"enc\":\"A128GCM\",\"p2c\":2147483648"),
            "unsupported"),
        attack(
            "row 46: JWE, zip",
            t -> encrypted("\"enc\":\"A256GCM\",\"zip\":\"DEF\""),
            "unsupported"),
        attack("row 46: JWE without enc", t -> encrypted("\"kid\":\"a\""), "malformed"),
        attack(
            "row 46: JWE, another segment", t -> encrypted("\"enc\":\"a\"") + ".AA", "malformed"),
        attack("row 46: JWE, header broken", t -> "eyJ" + ".AAAA".repeat(4), "malformed"),
        attack("row 46: zip", t -> t.header("zip", "DEF").sign(), "header_forbidden"),
        attack("row 46: p2c", t -> t.header("p2c", 1 << 31).sign(), "header_forbidden"),
        attack("row 46: JWS in JWS", t -> t.forge().rawPayload(t.sign()), "malformed"),
        attack("row 47: JSON serialisation", t -> "{\"payload\":\"e30\"}", "malformed"),
        attack(
            "row 52: cnf.jkt as plain bearer",
            t -> t.claim("cnf", Map.of("jkt", "abc")).sign(),
            "dpop_required"),
        attack(
            "row 60: cnf.x5t#S256",
            t -> t.claim("cnf", Map.of("x5t#S256", "abc")).sign(),
            "cert_binding"),
        attack(
            "row 62: cnf unknown",
            t -> t.claim("cnf", Map.of("other", "abc")).sign(),
            "cnf_unsupported"),
        attack("row 62: cnf no object", t -> t.claim("cnf", "x").sign(), "cnf_unsupported"),
        attack("tampered claim", t -> t.forge().tamperedClaim("sub", "root"), "signature_invalid"),
        attack("tampered signature", t -> t.forge().tamperedSignature(), "signature_invalid"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void hostileToken_isRefused(String name, Function<TokenBuilder, String> forge, String reason) {
    int before = app.issuer.requests(LocalIssuer.JWKS);
    CallRecord record = app.call(forge.apply(token()));
    assertThat(record)
        .isRefusedBy("authenticate")
        .hasProblem(401, "invalid_token")
        .hasReason(reason);
    assertThat(record.principal()).isNull();
    assertThat(record.problem().detail()).isEqualTo("the access token is not valid");
    if (!reason.equals("kid_unknown")) {
      assertThat(app.issuer.requests(LocalIssuer.JWKS)).as("requests to anybody").isEqualTo(before);
    }
  }

  private static Arguments attack(
      String name, Function<TokenBuilder, String> forge, String reason) {
    return arguments(name, forge, reason);
  }

  @ParameterizedTest
  @CsvSource({"RS256,PS256", "PS256,RS256", "RS256,RS512", "ES384,ES256", "ES256,ES384"})
  void rows8And9_algorithmThatTheKeyIsNotFor_isRefused(String real, String claimed) {
    Algorithm algorithm = Algorithm.valueOf(real);
    try (LocalIssuer other =
        LocalIssuer.builder()
            .port(0)
            .audience("orders")
            .algorithms(algorithm)
            .clock(app.time::now)
            .start()) {
      Map<String, Object> jwk = new java.util.LinkedHashMap<>(other.keys().current().publicJwk());
      jwk.put("alg", real);
      other.keys().unpublishAll();
      other.keys().publish(jwk);
      try (AuthApp pinned =
          app.trusting(a -> {
            a.property("flyball.auth.issuers.pinned.issuer", other.issuer());
            a.property("flyball.auth.issuers.pinned.audience", "orders");
            a.property("flyball.auth.issuers.pinned.algorithms", real + "," + claimed);
          })) {
        assertThat(pinned.call(other.token().subject("pia").sign())).isOk().hasSubject("pia");
        assertThat(pinned.call(other.token().header("alg", claimed).sign()))
            .hasReason("key_alg_mismatch");
      }
    }
  }

  static Stream<Arguments> charactersInEachSegment() {
    return Stream.of(" ", "?", "#", "=", "+", "/", "\r\n", "\n", "\t", "\u0000", "\u00e9", "%2e")
        .flatMap(text -> Stream.of(0, 1, 2).map(segment -> arguments(text, segment)));
  }

  @ParameterizedTest
  @MethodSource("charactersInEachSegment")
  void row14_otherCharacters_areRefusedInEachSegment(String text, int segment) {
    String token = token().sign();
    assertThat(app.call(insert(token, segment, text))).hasReason("malformed");
    String[] parts = token.split("\\.");
    parts[segment] = parts[segment] + text;
    assertThat(app.call(String.join(".", parts))).as("at its end").hasReason("malformed");
  }

  @Test
  void row18_malformedJson_isRefusedUnderAGoodSignature() throws Exception {
    Path folder = Vectors.path("observability/json-test-suite/test_parsing");
    Object kid = app.issuer.keys().current(Algorithm.ES256).publicJwk().get("kid");
    byte[] header = bytes("{\"alg\":\"ES256\",\"kid\":\"" + kid + "\"}");
    int tried = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "n_*")) {
      for (Path file : files) {
        String token = es(token()).forge().raw(header, Files.readAllBytes(file));
        assertThat(app.call(token))
            .as("%s", file.getFileName())
            .hasProblem(401, "invalid_token")
            .hasReason(token.length() > 8 * 1024 ? "too_large" : "malformed");
        tried++;
      }
    }
    assertThat(tried).isGreaterThan(150);
  }

  /** With a header and claims of each length modulo three, so that each has bits left over. */
  @Test
  void rows14And15_bitsThatBelongToNoByte_areRefusedInEachSegment() {
    int tried = 0;
    for (String more : List.of("", "x", "xx")) {
      String token = ed(token()).header("ver", more).claim("more", more).sign();
      String[] parts = token.split("\\.");
      for (int segment = 0; segment < 3; segment++) {
        if (parts[segment].length() % 4 != 0) {
          String[] changed = parts.clone();
          changed[segment] = lastCharacterChanged(parts[segment]);
          assertThat(app.call(String.join(".", changed))).hasReason("malformed");
          tried++;
        }
      }
    }
    assertThat(tried).isGreaterThanOrEqualTo(7);
  }

  @Test
  void row25_tokenWithoutKid_isAcceptedOnlyWhereOneKeyFits() {
    try (AuthApp one = AuthApp.start()) {
      String token = one.issuer.token().withoutHeader("kid").sign();
      assertThat(one.call(token)).isOk();
      one.issuer.keys().rotate();
      one.advance(Duration.ofMinutes(5));
      one.issuer.keys();
      String another = one.issuer.token().withoutHeader("kid").sign();
      org.awaitility.Awaitility.await()
          .untilAsserted(() -> assertThat(one.call(another)).hasReason("kid_required"));
    }
  }

  @Test
  void row27_keyOfOneIssuer_isWorthNothingForAnother() {
    try (LocalIssuer other =
            LocalIssuer.builder().port(0).audience("orders").clock(app.time::now).start();
        AuthApp two =
            AuthApp.with(a -> {
              a.property("flyball.auth.issuers.other.issuer", other.issuer());
              a.property("flyball.auth.issuers.other.audience", "orders");
            })) {
      assertThat(two.call(other.token().subject("olga").sign())).isOk().hasSubject("olga");
      String crossed = other.token().issuer(two.issuer.issuer()).sign();
      assertThat(two.call(crossed)).hasReason("kid_unknown");
      String underKid =
          other
              .token()
              .issuer(two.issuer.issuer())
              .header("kid", two.issuer.keys().current().publicJwk().get("kid"))
              .sign();
      assertThat(two.call(underKid)).hasReason("signature_invalid");
    }
  }

  @Test
  void row37_endOfLife_isExactToTheSecond() {
    try (AuthApp clock = AuthApp.start()) {
      String token = clock.issuer.token().expiresIn(Duration.ofSeconds(100)).sign();
      clock.advance(Duration.ofSeconds(129));
      assertThat(clock.call(token)).isOk();
      clock.advance(Duration.ofSeconds(1));
      assertThat(clock.call(token)).hasReason("expired");
      clock.advance(Duration.ofSeconds(1));
      assertThat(clock.call(token)).hasReason("expired");
    }
  }

  // ---- scopes

  @Test
  void row44_scopes_areComparedExactly() {
    assertThat(app.callScoped(token().sign())).isOk();
    for (Object scope :
        List.of(
            "orders:readwrite",
            "orders",
            "ORDERS:READ",
            "orders:read2",
            "orders%3Aread",
            "orders:write\torders:read",
            "",
            List.of("orders:write orders:read"),
            List.of(1),
            7,
            Map.of("orders:read", true))) {
      CallRecord record = app.callScoped(token().claim("scope", scope).sign());
      assertThat(record)
          .isRefusedBy("requires-scope")
          .hasProblem(403, "insufficient_scope")
          .hasReason("insufficient_scope");
    }
    assertThat(app.callScoped(token().claim("scope", List.of("a", "orders:read")).sign())).isOk();
    assertThat(app.callScoped(token().claim("scope", "orders:read orders:read").sign())).isOk();
  }

  @Test
  void refusals_bringTheirChallenge() {
    assertThat(challenge(app.call(InProcessCarrier.get("/"))))
        .isEqualTo("Bearer realm=\"flyball\"");
    assertThat(challenge(app.call("x")))
        .isEqualTo("Bearer realm=\"flyball\", error=\"invalid_token\"");
    assertThat(challenge(app.callScoped(token().scopes("other").sign())))
        .isEqualTo("Bearer realm=\"flyball\", error=\"insufficient_scope\", scope=\"orders:read\"");
  }

  // ---- headers

  @ParameterizedTest
  @ValueSource(strings = {"Bearer ", "bearer ", "BEARER ", "bEaReR "})
  void row49_scheme_hasNoCase(String scheme) {
    assertThat(app.call(authorization(scheme + token().sign()))).isOk();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer",
        "Bearer ",
        "Bearer null",
        "Bearer \u00e9",
        "Bearer e30.\ud83d\ude00.e30",
        "Bearer a b",
        "Bearer undefined"
      })
  void row49_brokenHeader_isRefused(String header) {
    CallRecord record = app.call(authorization(header));
    assertThat(record).isRefusedBy("authenticate");
    assertThat(record.problem().status()).isIn(400, 401);
  }

  @Test
  void row49_moreThanOneSpace_isRefused() {
    assertThat(app.call(authorization("Bearer  " + token().sign()))).hasReason("malformed");
    assertThat(app.call(authorization("Bearer\t" + token().sign()))).isRefusedBy("authenticate");
  }

  @Test
  void row48_twoCredentials_areOneTooMany() {
    String token = token().sign();
    for (InProcessCarrier carrier :
        List.of(
            authorization("Bearer " + token).header("Authorization", "Bearer " + token),
            authorization("Bearer " + token).header("authorization", "Basic eDp5"),
            authorization("Bearer " + token + ", Bearer " + token),
            InProcessCarrier.get("/guarded?access_token=" + token).bearer(token),
            InProcessCarrier.get("/guarded?a=1&access_token=" + token).bearer(token))) {
      assertThat(app.call(carrier)).hasProblem(400, "invalid_request").hasReason("two_credentials");
    }
    assertThat(app.call(token)).isOk();
    assertThat(app.call(InProcessCarrier.get("/guarded?access_token=" + token).bearer(token)))
        .as("also when the token is known")
        .hasProblem(400, "invalid_request");
    assertThat(app.call(InProcessCarrier.get("/guarded?not_access_token=1").bearer(token))).isOk();
  }

  @Test
  void row50_tokenInQueryOrCookieAlone_isIgnored() {
    String token = token().sign();
    for (InProcessCarrier carrier :
        List.of(
            InProcessCarrier.get("/guarded?access_token=" + token),
            InProcessCarrier.get("/guarded").header("Cookie", "access_token=" + token))) {
      assertThat(app.call(carrier))
          .hasProblem(401, "credentials_missing")
          .hasReason("credentials_missing");
    }
  }

  @Test
  void row51_otherScheme_getsTheBearerChallenge() {
    CallRecord record = app.call(authorization("Basic dXNlcjpwYXNz"));
    assertThat(record).hasProblem(401, "credentials_missing").hasReason("other_scheme");
    assertThat(challenge(record)).isEqualTo("Bearer realm=\"flyball\"");
  }

  /** One blank and nothing else is between scheme and token (RFC 6750, section 2.1). */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer\t",
        "Bearer\t ",
        "Bearer \t",
        "Bearer  ",
        "Bearer",
        "Bearer\u000b",
        "Bearer\u00a0",
        "Bearer\u2003",
        "\tBearer ",
        "Bearer:",
        "Bearer="
      })
  void row49_anythingElseBetweenSchemeAndToken_isRefused(String spelling) {
    String token = token().sign();
    assertThat(app.call(token)).isOk();
    CallRecord record = app.call(authorization(spelling + token));
    assertThat(record).hasOutcome(Outcome.Kind.REFUSED).isRefusedBy("authenticate");
    assertThat(record.problem().kind().status()).isEqualTo(401);
  }

  // ---- the cache

  @Test
  void row65_knownToken_isLookedAtAgainEachTime() {
    try (AuthApp cached = AuthApp.start()) {
      String token = cached.issuer.token().subject("alice").scopes("other").sign();
      assertThat(cached.call(token)).isOk();
      assertThat(cached.counter("flyball.auth.tokens.verified")).isEqualTo(1);
      assertThat(cached.counter("flyball.auth.tokens.recognised")).isZero();
      assertThat(cached.call(token)).isOk().hasSubject("alice");
      assertThat(cached.counter("flyball.auth.tokens.recognised")).isEqualTo(1);
      assertThat(cached.callScoped(token))
          .as("other endpoint")
          .hasProblem(403, "insufficient_scope");
      assertThat(cached.call(token.substring(0, token.length() - 4) + "AAAA"))
          .as("same head, other tail")
          .isRefusedBy("authenticate");
      assertThat(cached.call("x" + token.substring(1)))
          .as("other head")
          .isRefusedBy("authenticate");
      cached.advance(Duration.ofSeconds(331));
      assertThat(cached.call(token)).as("after its end").hasReason("expired");
    }
  }

  @Test
  void row66_floodOfValidTokens_isBoundedInMemory() {
    try (AuthApp small =
        app.trusting(a -> {
          a.property("flyball.auth.token-cache.size", "1024");
          a.property("flyball.auth.token-cache.bytes", "64KB");
        })) {
      for (int i = 0; i < 300; i++) {
        String token = es(token()).subject("user-" + i).sign();
        assertThat(small.call(token)).isOk().hasSubject("user-" + i);
        assertThat(small.call(token)).isOk().hasSubject("user-" + i);
        assertThat(small.counter("flyball.auth.token-cache.bytes")).isBetween(1.0, 65_536.0);
      }
      assertThat(small.counter("flyball.auth.tokens.recognised"))
          .as("the newest one is known, nearly always")
          .isGreaterThan(200);
    }
  }

  @Test
  void row84_clockThatJumps_letsNothingInAfterItsEnd() {
    try (AuthApp clock = AuthApp.start()) {
      String token = clock.issuer.token().expiresIn(Duration.ofMinutes(5)).sign();
      assertThat(clock.call(token)).isOk();
      clock.time.jump(Duration.ofHours(-1));
      assertThat(clock.call(token)).as("an hour back").hasReason("not_yet_valid");
      clock.time.jump(Duration.ofHours(1));
      assertThat(clock.call(token)).as("as before").isOk();
      clock.time.jump(Duration.ofHours(1));
      assertThat(clock.call(token)).as("an hour ahead").hasReason("expired");
      clock.time.jump(Duration.ofHours(-1));
      clock.time.jump(Duration.ofSeconds(329));
      assertThat(clock.call(token)).isOk();
      clock.time.jump(Duration.ofSeconds(1));
      assertThat(clock.call(token)).hasReason("expired");
    }
  }

  @Test
  void cache_mayBeSwitchedOffForAnIssuer() {
    try (AuthApp uncached =
        AuthApp.with(app -> app.property("flyball.auth.issuers.main.cache", "false"))) {
      String token = uncached.issuer.token().sign();
      assertThat(uncached.call(token)).isOk();
      assertThat(uncached.call(token)).isOk();
      assertThat(uncached.counter("flyball.auth.tokens.recognised")).isZero();
    }
  }

  @Test
  void observedAuthentication_letsTheCallGoOnAsAnonymous() {
    try (AuthApp observed =
        AuthApp.with(app -> {
          app.property("flyball.rules.authenticate.mode", "observe");
          app.property("flyball.rules.authenticated.mode", "observe");
        })) {
      CallRecord record = observed.call("not.a.token");
      assertThat(record).isOk().wouldBeRefusedBy("authenticate").wouldBeRefusedBy("authenticated");
      assertThat(record.principal()).isNull();
      assertThat(observed.callScoped("not.a.token")).isRefusedBy("requires-scope");
    }
  }

  // ---- short words

  private static String challenge(CallRecord record) {
    return record.problem().headers().stream()
        .filter(header -> header.name().equals("WWW-Authenticate"))
        .map(Header::value)
        .findFirst()
        .orElseThrow();
  }

  private static InProcessCarrier authorization(String value) {
    return InProcessCarrier.get("/guarded").header("Authorization", value);
  }

  private static TokenBuilder es(TokenBuilder token) {
    return token.algorithm(Algorithm.ES256);
  }

  private static TokenBuilder ed(TokenBuilder token) {
    return token.algorithm(Algorithm.EDDSA);
  }

  private static java.time.Instant now(long plusSeconds) {
    return app.time.now().plusSeconds(plusSeconds);
  }

  private static String payload(String extra) {
    return "{\"iss\":\"" + app.issuer.issuer() + "\",\"aud\":\"orders\"," + extra + "}";
  }

  private static String segments(String token, int count) {
    return String.join(".", List.of(token.split("\\.")).subList(0, count));
  }

  /** Five segments, of which the first says how the rest is encrypted. */
  private static String encrypted(String members) {
    String header = "{\"alg\":\"RSA-OAEP-256\"," + members + "}";
    byte[] bytes = header.getBytes(StandardCharsets.UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + ".AAAA".repeat(4);
  }

  private static String insert(String token, int segment, String text) {
    String[] parts = token.split("\\.");
    parts[segment] = parts[segment].substring(0, 4) + text + parts[segment].substring(4);
    return String.join(".", parts);
  }

  /** A signature of 64 bytes leaves four bits in its last character that mean nothing. */
  private static String lastCharacterChanged(String token) {
    char last = token.charAt(token.length() - 1);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return token.substring(0, token.length() - 1) + alphabet.charAt(alphabet.indexOf(last) + 1);
  }

  private static byte[] orderAsR(byte[] signature) {
    byte[] changed = signature.clone();
    byte[] order =
        new java.math.BigInteger(
                "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16)
            .toByteArray();
    System.arraycopy(order, order.length - 32, changed, 0, 32);
    return changed;
  }

  /** S + L: the same point, another text. */
  private static byte[] largeS(byte[] signature) {
    byte[] changed = signature.clone();
    byte[] order =
        new java.math.BigInteger(
                "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed", 16)
            .toByteArray();
    int carry = 0;
    for (int i = 0; i < 32; i++) {
      int sum = (changed[32 + i] & 0xFF) + (order[31 - i] & 0xFF) + carry;
      changed[32 + i] = (byte) sum;
      carry = sum >> 8;
    }
    return changed;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
