// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.flyball.CallRecord;
import dev.flyball.Header;
import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.DpopKey;
import dev.flyball.issuer.DpopProofBuilder;
import dev.flyball.issuer.SigningKey;
import dev.flyball.settings.StartupException;
import dev.flyball.testkit.InProcessCarrier;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
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

/** Tokens that are bound to a key, and proofs, good and hostile (rows 52 to 55). */
class DpopTest {

  private static final String ALGS = "algs=\"RS256 PS256 ES256 EdDSA\"";

  private static BindingApp app;

  @BeforeAll
  static void start() {
    app = BindingApp.start();
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  private static String challenge(CallRecord record) {
    return record.problem().headers().stream()
        .filter(header -> header.name().equals("WWW-Authenticate"))
        .map(Header::value)
        .reduce((one, other) -> one + " / " + other)
        .orElse("");
  }

  private static void isInvalidProof(CallRecord record) {
    assertThat(record)
        .isRefusedBy("authenticate")
        .hasProblem(401, "invalid_dpop_proof")
        .hasReason("invalid_dpop_proof");
    assertThat(challenge(record))
        .isEqualTo("DPoP realm=\"flyball\", error=\"invalid_dpop_proof\", " + ALGS);
    assertThat(record.principal()).isNull();
  }

  // ---- what is accepted

  @ParameterizedTest
  @EnumSource(names = {"RS256", "PS256", "ES256", "EDDSA"})
  void proof_ofEachDefaultAlgorithm_isAccepted(Algorithm algorithm) {
    DpopKey key = app.auth.issuer.dpopKey(algorithm);
    String token = app.token().boundTo(key).sign();
    String proof = key.proof("GET", BindingApp.URI).accessToken(token).sign();
    assertThat(app.call(token, proof)).isOk().hasSubject("alice");
  }

  @Test
  void token_thatIsKnown_needsANewProofEachTime() {
    String token = app.boundToken();
    String proof = app.proof(token).sign();
    assertThat(app.call(token, proof)).isOk();
    assertThat(app.call(token, app.proof(token).sign())).isOk().hasSubject("alice");
    assertThat(app.call(token, proof)).hasReason("dpop_replayed");
    assertThat(app.call(BindingApp.request().header("Authorization", "DPoP " + token)))
        .hasReason("invalid_dpop_proof");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DPoP", "dpop", "DPOP", "dPoP"})
  void scheme_inAnyCase_isAccepted(String scheme) {
    String token = app.boundToken();
    InProcessCarrier request =
        BindingApp.request()
            .header("authorization", scheme + " " + token)
            .header("dpop", app.proof(token).sign());
    assertThat(app.call(request)).isOk();
  }

  static Stream<Arguments> unusual() {
    return Stream.of(
        accept("typ in odd case", p -> p.header("typ", "application/DPoP+JWT")),
        accept("header that nobody needs", p -> p.header("kid", "k")),
        accept("claim that nobody needs", p -> p.claim("more", List.of(1))),
        accept("nonce that nobody asked for", p -> p.nonce("x")),
        accept("jti of 256 characters", p -> p.id("j".repeat(256))),
        accept("jti with anything in it", p -> p.id("../\u0000 \u00e4")),
        accept("htu in another form", p -> p.claim("htu", "HTTP://ORDERS.example:80/%67uarded")),
        accept("as old as may be", p -> p.claim("iat", now() - 89)),
        accept("as early as may be", p -> p.claim("iat", now() + 30)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unusual")
  void unusualProof_isAccepted(String name, UnaryOperator<DpopProofBuilder> change) {
    assertThat(app.callProving(change)).isOk();
  }

  private static Arguments accept(String name, UnaryOperator<DpopProofBuilder> change) {
    return arguments(name, change);
  }

  private static long now() {
    return app.auth.time.now().getEpochSecond();
  }

  @Test
  void boundToken_withoutTheScope_isChallengedInItsOwnScheme() {
    String token = app.token().scopes("other").boundTo(app.key).sign();
    String proof = app.key.proof("GET", "http://orders.example/scoped").accessToken(token).sign();
    InProcessCarrier request =
        InProcessCarrier.get("/scoped")
            .header("Host", "orders.example")
            .header("Authorization", "DPoP " + token)
            .header("DPoP", proof);
    CallRecord record = app.auth.app.call(app.auth.scoped, request);
    assertThat(record).hasProblem(403, "insufficient_scope").hasReason("insufficient_scope");
    assertThat(challenge(record))
        .isEqualTo(
            "DPoP realm=\"flyball\", error=\"insufficient_scope\", scope=\"orders:read\", " + ALGS);
  }

  // ---- what is refused

  @Test
  void row52_boundTokenAsBearer_isRefused() {
    String token = app.boundToken();
    for (int i = 0; i < 2; i++) { // known the second time
      InProcessCarrier request =
          BindingApp.request().bearer(token).header("DPoP", app.proof(token).sign());
      CallRecord record = app.call(request);
      assertThat(record).hasProblem(401, "invalid_token").hasReason("dpop_required");
      assertThat(challenge(record))
          .isEqualTo(
              "Bearer realm=\"flyball\", error=\"invalid_token\", DPoP realm=\"flyball\", " + ALGS);
      assertThat(record.principal()).isNull();
    }
  }

  @Test
  void unboundToken_withAProof_isRefused() {
    String token = app.token().sign();
    for (int i = 0; i < 2; i++) {
      CallRecord record = app.call(token, app.proof(token).sign());
      assertThat(record).hasProblem(401, "invalid_token").hasReason("dpop_unbound");
      assertThat(challenge(record))
          .isEqualTo("DPoP realm=\"flyball\", error=\"invalid_token\", " + ALGS);
    }
    assertThat(app.call(BindingApp.request().bearer(token))).isOk();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "POST, http://orders.example/guarded, htm",
    "get, http://orders.example/guarded, htm",
    "'GET ', http://orders.example/guarded, htm",
    "'', http://orders.example/guarded, htm",
    "GET, https://orders.example/guarded, htu",
    "GET, http://orders.example:8080/guarded, htu",
    "GET, http://other.example/guarded, htu",
    "GET, http://orders.example/guarded/, htu",
    "GET, http://orders.example/Guarded, htu",
    "GET, http://orders.example/, htu",
    "GET, http://orders.example/guarded?a=b, htu",
    "GET, http://orders.example/guarded?, htu",
    "GET, http://orders.example/guarded#a, htu",
    "GET, http://orders.example/a/../guarded, htu",
    "GET, http://orders.example/%2e/guarded, htu",
    "GET, http://orders.example%2fguarded, htu",
    "GET, /guarded, htu",
    "GET, '', htu",
  })
  void row53_proofForAnotherRequest_isRefused(String method, String uri, String why) {
    long before = app.proofs(why);
    isInvalidProof(app.callProving(p -> p.claim("htm", method).claim("htu", uri)));
    assertThat(app.proofs(why)).isEqualTo(before + 1);
  }

  @Test
  void row53_queryOfTheRequest_isNoPartOfTheAddress() {
    String token = app.boundToken();
    InProcessCarrier request =
        InProcessCarrier.get("/guarded?page=2")
            .header("Host", "orders.example")
            .header("Authorization", "DPoP " + token)
            .header("DPoP", app.proof(token).sign());
    assertThat(app.call(request)).isOk();
  }

  @Test
  void row53_requestWithoutAHost_isRefused() {
    String token = app.boundToken();
    InProcessCarrier request =
        InProcessCarrier.get("/guarded")
            .header("Authorization", "DPoP " + token)
            .header("DPoP", app.proof(token).sign());
    isInvalidProof(app.call(request));
  }

  @Test
  void row53_behindATrustedProxy_theAddressIsThatOfTheClient() {
    try (BindingApp proxied =
        BindingApp.with(a -> a.property("flyball.proxies.trusted", "10.0.0.0/8"))) {
      String external = "https://api.example/guarded";
      for (String peer : List.of("10.0.0.1", "203.0.113.1")) {
        String token = proxied.boundToken();
        InProcessCarrier request =
            BindingApp.request(token, proxied.key.proof("GET", external).accessToken(token).sign())
                .peer(peer)
                .header("X-Forwarded-For", "203.0.113.9")
                .header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-Host", "api.example");
        CallRecord record = proxied.call(request);
        if (peer.startsWith("10.")) {
          assertThat(record).isOk();
        } else {
          isInvalidProof(record);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "orders.example, true",
    "ORDERS.example:80, true",
    "api.example:8443, true",
    "api.example, false",
    "orders.example:8080, false",
    "other.example, false",
    "orders.example.other.example, false"
  })
  void row53_proofForAHostThatIsNotOurs_isRefused_alsoWhereTheRequestNamesIt(
      String host, boolean ours) {
    try (BindingApp named =
        BindingApp.with(
            a -> a.property("flyball.auth.dpop.hosts", "Orders.example, api.example:8443"))) {
      String token = named.boundToken();
      String uri = "http://" + host + "/guarded";
      InProcessCarrier request =
          InProcessCarrier.get("/guarded")
              .header("Host", host)
              .header("Authorization", "DPoP " + token)
              .header("DPoP", named.key.proof("GET", uri).accessToken(token).sign());
      CallRecord record = named.call(request);
      if (ours) {
        assertThat(record).isOk();
      } else {
        isInvalidProof(record);
        assertThat(named.proofs("htu")).isEqualTo(1);
      }
    }
  }

  @Test
  void row53_hostThatAProxyForwards_hasToBeOursToo() {
    try (BindingApp proxied =
        BindingApp.with(a ->
            a.property("flyball.proxies.trusted", "10.0.0.0/8")
                .property("flyball.auth.dpop.hosts", "api.example"))) {
      for (String host : List.of("api.example", "other.example")) {
        String token = proxied.boundToken();
        String uri = "https://" + host + "/guarded";
        InProcessCarrier request =
            BindingApp.request(token, proxied.key.proof("GET", uri).accessToken(token).sign())
                .peer("10.0.0.1")
                .header("X-Forwarded-For", "203.0.113.9")
                .header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-Host", host);
        CallRecord record = proxied.call(request);
        if (host.equals("api.example")) {
          assertThat(record).isOk();
        } else {
          isInvalidProof(record);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://api.example", "api.example/", "api.example:99999", "a b", ":80"})
  void hostThatIsNone_stopsTheStart(String host) {
    assertThatThrownBy(() -> BindingApp.with(a -> a.property("flyball.auth.dpop.hosts", host)))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("flyball.auth.dpop.hosts")
        .hasMessageContaining("hosts such as api.example or api.example:8443");
  }

  static Stream<Arguments> attacks() {
    String other = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);
    return Stream.of(
        attack("row 54: ath missing", "ath", p -> p.without("ath")),
        attack("row 54: ath of another token", "ath", p -> p.claim("ath", other)),
        attack("row 54: ath empty", "ath", p -> p.claim("ath", "")),
        attack("row 54: ath no text", "ath", p -> p.claim("ath", 7)),
        attack("row 54: ath of the token with the scheme", "ath", p -> p.accessToken("DPoP x")),
        attack("row 54: signed by another key", "signature", p -> p.signedBy(stranger())),
        attack("row 54: private key shown", "jwk", p -> p.header("jwk", privateJwk())),
        attack("row 54: symmetric key shown", "jwk", p -> p.header("jwk", octets())),
        attack("row 54: no key shown", "jwk", p -> p.withoutHeader("jwk")),
        attack("row 54: key no object", "jwk", p -> p.header("jwk", "x")),
        attack("row 54: key for encryption", "jwk", p -> p.header("jwk", with("use", "enc"))),
        attack("row 54: key for signing only", "jwk", p -> jwk(p, "key_ops", List.of("sign"))),
        attack("row 54: key for another algorithm", "jwk", p -> jwk(p, "alg", "ES512")),
        attack("row 54: key off its curve", "jwk", p -> jwk(p, "x", other)),
        attack("row 54: key of another kind", "jwk", p -> p.header("jwk", rsa())),
        attack("row 54: alg none", "alg", p -> p.header("alg", "none")),
        attack("row 54: alg HS256", "alg", p -> p.header("alg", "HS256")),
        attack("row 54: alg not allowed", "alg", p -> p.header("alg", "ES384")),
        attack("row 54: alg missing", "alg", p -> p.withoutHeader("alg")),
        attack("row 54: typ JWT", "typ", p -> p.header("typ", "JWT")),
        attack("row 54: typ at+jwt", "typ", p -> p.header("typ", "at+jwt")),
        attack("row 54: typ missing", "typ", p -> p.withoutHeader("typ")),
        attack("row 54: typ no text", "typ", p -> p.header("typ", 7)),
        attack("crit", "header_forbidden", p -> p.header("crit", List.of("exp"))),
        attack("jku", "header_forbidden", p -> p.header("jku", "https://evil.example/")),
        attack("x5c", "header_forbidden", p -> p.header("x5c", List.of("AAAA"))),
        attack("zip", "header_forbidden", p -> p.header("zip", "DEF")),
        attack("row 53: htm missing", "htm", p -> p.without("htm")),
        attack("row 53: htu missing", "htu", p -> p.without("htu")),
        attack("row 53: htu no text", "htu", p -> p.claim("htu", List.of(BindingApp.URI))),
        attack("row 55: iat too old", "iat", p -> p.claim("iat", now() - 90)),
        attack("row 55: iat much too old", "iat", p -> p.claim("iat", 0)),
        attack("row 55: iat too early", "iat", p -> p.claim("iat", now() + 31)),
        attack("row 55: iat beyond all", "iat", p -> p.claim("iat", Long.MAX_VALUE)),
        attack("row 55: iat negative", "iat", p -> p.claim("iat", -now())),
        attack("row 55: iat missing", "iat", p -> p.without("iat")),
        attack("row 55: iat a text", "iat", p -> p.claim("iat", String.valueOf(now()))),
        attack("row 55: iat null", "iat", p -> p.claim("iat", null)),
        attack("row 55: jti missing", "jti", p -> p.without("jti")),
        attack("row 55: jti empty", "jti", p -> p.id("")),
        attack("row 55: jti blank", "jti", p -> p.id(" ")),
        attack("row 55: jti of 257 characters", "jti", p -> p.id("j".repeat(257))),
        attack("row 55: jti of 10 KB", "too_large", p -> p.id("j".repeat(10_240))),
        attack("row 55: jti a number", "jti", p -> p.claim("jti", 7)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void hostileProof_isRefused(String name, String why, UnaryOperator<DpopProofBuilder> change) {
    long before = app.proofs(why);
    isInvalidProof(app.callProving(change));
    assertThat(app.proofs(why)).isEqualTo(before + 1);
  }

  private static Arguments attack(String name, String why, UnaryOperator<DpopProofBuilder> change) {
    return arguments(name, why, change);
  }

  private static DpopKey stranger() {
    return app.auth.issuer.dpopKey();
  }

  private static Map<String, Object> privateJwk() {
    return SigningKey.generate(Algorithm.ES256).privateJwk();
  }

  private static Map<String, Object> rsa() {
    return SigningKey.generate(Algorithm.RS256).publicJwk();
  }

  private static Map<String, Object> octets() {
    return Map.of("kty", "oct", "k", "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I");
  }

  private static Map<String, Object> with(String name, Object value) {
    Map<String, Object> members =
        new LinkedHashMap<>(SigningKey.generate(Algorithm.ES256).publicJwk());
    members.put(name, value);
    return members;
  }

  private static DpopProofBuilder jwk(DpopProofBuilder proof, String name, Object value) {
    return proof.header("jwk", with(name, value));
  }

  @Test
  void row54_proofOfAnotherKey_isRefused() {
    DpopKey thief = stranger();
    String token = app.boundToken();
    String proof = thief.proof("GET", BindingApp.URI).accessToken(token).sign();
    long before = app.proofs("jkt");
    isInvalidProof(app.call(token, proof));
    assertThat(app.proofs("jkt")).isEqualTo(before + 1);
  }

  @Test
  void row54_twoProofsOrNone_areRefused() {
    String token = app.boundToken();
    String proof = app.proof(token).sign();
    isInvalidProof(app.call(BindingApp.request().header("Authorization", "DPoP " + token)));
    isInvalidProof(
        app.call(BindingApp.request(token, proof).header("DPoP", app.proof(token).sign())));
    isInvalidProof(app.call(BindingApp.request(token, proof).header("dpop", proof)));
    isInvalidProof(app.call(token, proof + ", " + app.proof(token).sign()));
    assertThat(app.call(token, proof)).as("none of that has used it up").isOk();
  }

  @Test
  void malformedProof_isRefused() {
    String token = app.boundToken();
    String proof = app.proof(token).sign();
    String[] parts = proof.split("\\.");
    String none =
        Base64.getUrlEncoder().withoutPadding().encodeToString("{\"alg\":\"none\"}".getBytes());
    for (String broken :
        List.of(
            "",
            " ",
            "x",
            "..",
            "...",
            parts[0] + "." + parts[1],
            parts[0] + "." + parts[1] + ".",
            "." + parts[1] + "." + parts[2],
            proof + ".AAAA",
            proof + "=",
            proof + " ",
            " " + proof,
            proof + "\u00e4",
            "AA." + parts[1] + "." + parts[2],
            parts[0] + ".AA." + parts[2],
            none + "." + parts[1] + ".",
            "a".repeat(5_000))) {
      isInvalidProof(app.call(token, broken));
    }
    assertThat(app.call(token, proof)).isOk();
  }

  @Test
  void token_otherThanThatOfTheProof_isRefused() {
    String token = app.boundToken();
    String other = app.boundToken();
    isInvalidProof(app.call(other, app.proof(token).sign()));
  }

  @Test
  void invalidToken_isRefusedBeforeItsProofIsLookedAt() {
    String token = app.token().boundTo(app.key).expiresIn(Duration.ofMinutes(-5)).sign();
    String proof = app.proof(token).sign();
    CallRecord expired = app.call(token, proof);
    assertThat(expired).hasProblem(401, "invalid_token").hasReason("expired");
    assertThat(challenge(expired))
        .isEqualTo("DPoP realm=\"flyball\", error=\"invalid_token\", " + ALGS);
    assertThat(app.call("x", proof)).hasProblem(401, "invalid_token").hasReason("malformed");
  }

  @Test
  void boundToken_thatExpiresWhileItIsKnown_isRefused() {
    try (BindingApp own = BindingApp.start()) {
      String token = own.boundToken();
      assertThat(own.call(token, own.proof(token).sign())).isOk();
      own.auth.advance(Duration.ofSeconds(331));
      assertThat(own.call(token, own.proof(token).sign())).hasReason("expired");
    }
  }

  @Test
  void settings_decideOnAlgorithmsAndAge() {
    try (BindingApp own =
        BindingApp.with(a ->
            a.property("flyball.auth.dpop.algorithms", "ES384")
                .property("flyball.auth.dpop.max-age", "5s")
                .property("flyball.auth.dpop.clock-skew", "0s"))) {
      DpopKey key = own.auth.issuer.dpopKey(Algorithm.ES384);
      String token = own.token().boundTo(key).sign();
      long now = own.auth.time.now().getEpochSecond();
      DpopProofBuilder proof = key.proof("GET", BindingApp.URI).accessToken(token);
      assertThat(own.call(token, proof.sign())).isOk();
      assertThat(own.call(token, proof.claim("iat", now - 4).sign())).isOk();
      isRefused(own.call(token, proof.claim("iat", now - 5).sign()));
      isRefused(own.call(token, proof.claim("iat", now + 1).sign()));
      isRefused(own.callProving(p -> p));
    }
  }

  private static void isRefused(CallRecord record) {
    assertThat(record).hasProblem(401, "invalid_dpop_proof");
    assertThat(challenge(record)).endsWith("algs=\"ES384\"");
  }

  @Test
  void twoCredentials_areOneTooMany() {
    String token = app.boundToken();
    assertThat(app.call(BindingApp.request(token, "x").bearer(token)))
        .hasProblem(400, "invalid_request");
    assertThat(app.call(BindingApp.request().header("Authorization", "DPoP")))
        .hasProblem(400, "invalid_request")
        .hasReason("no_token");
    assertThat(app.call(BindingApp.request().header("Authorization", "DPoP a, Bearer b")))
        .hasProblem(400, "invalid_request");
  }
}
