// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.Ed25519Verifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.flyball.CallRecord;
import dev.flyball.Verdict;
import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.issuer.TokenBuilder;
import java.net.URI;
import java.security.Key;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;

/**
 * Tokens that were changed, before or after they were signed, as we and as Nimbus alone see them:
 * what we accept it accepts, and what only it accepts we refuse for a reason that is listed here.
 * EdDSA it checks through Tink, as we do where Tink is there: {@code VerificationKeyTest} holds the
 * JDK to the same vectors.
 */
class NimbusProperties {

  /** Why we are stricter, and a token that shows it. */
  private static final Map<String, Function<TokenBuilder, String>> STRICTER = new LinkedHashMap<>();

  static {
    // RFC 7515, section 2: one form for each sequence of bytes; Nimbus ignores other characters
    STRICTER.put("malformed", t -> t.sign() + "=");
    // RFC 8725, section 3.10: nothing in a token says where keys are; Nimbus ignores it
    STRICTER.put("header_forbidden", t -> t.header("jku", "https://attacker.example").sign());
    // there is nothing that crit could name; Nimbus takes an empty one (RFC 7515, section 4.1.11)
    STRICTER.put("crit_unsupported", t -> t.header("crit", List.of()).sign());
    // what is nested is for somebody who looks for it (RFC 7515, section 4.1.10)
    STRICTER.put("unsupported", t -> t.header("cty", "JWT").sign());
    // RFC 8725, section 3.12: other kinds of tokens
    STRICTER.put("token_type", t -> t.typ("JWT").claim("nonce", "n").sign());
    // a claim of another type than it must have is not an absent one; texts have a length
    STRICTER.put("claim_type", t -> t.subject("s".repeat(600)).sign());
    // how long a token may live in all
    STRICTER.put("lifetime", t -> t.claim("iat", 1_000).sign());
    // a token from the future
    STRICTER.put("not_yet_valid", t -> t.claim("iat", now() + 100).sign());
    // no key is tried after another
    STRICTER.put("kid_required", t -> t.withoutHeader("kid").sign());
    // bound to a key of its sender, who has not shown it
    STRICTER.put("dpop_required", t -> t.claim("cnf", Map.of("jkt", "x")).sign());
    STRICTER.put("cert_binding", t -> t.claim("cnf", Map.of("x5t#S256", "x")).sign());
    // bound in a way that nobody knows
    STRICTER.put("cnf_unsupported", t -> t.claim("cnf", Map.of("kid", "x")).sign());
    // for more services than a token should be
    STRICTER.put("audience", t -> t.claim("aud", audiences(40)).sign());
    // longer than what is looked at
    STRICTER.put("too_large", t -> t.paddedTo(9_000).sign());
  }

  private static final List<Algorithm> ALGORITHMS =
      List.of(Algorithm.RS256, Algorithm.PS256, Algorithm.ES256, Algorithm.EDDSA);

  private enum Odd {
    NULL,
    ABSENT
  }

  private static AuthApp app;
  private static DefaultJWTProcessor<SecurityContext> nimbus;

  @BeforeContainer
  static void start() throws Exception {
    app = AuthApp.start();
    app.issuer.keys().rotate(); // with one key only a token would need no kid
    JWKSet keys = JWKSet.load(URI.create(app.issuer.url() + LocalIssuer.JWKS).toURL());
    nimbus = nimbus(keys);
    app.advance(java.time.Duration.ofMinutes(5));
    org.awaitility.Awaitility.await()
        .until(() -> reason(app.call(token().withoutHeader("kid").sign())).equals("kid_required"));
  }

  @AfterContainer
  static void stop() {
    app.close();
  }

  private static DefaultJWTProcessor<SecurityContext> nimbus(JWKSet keys) {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier((type, context) -> {});
    JWSVerificationKeySelector<SecurityContext> ordinary =
        new JWSVerificationKeySelector<>(
            Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.ES256),
            new ImmutableJWKSet<>(keys));
    processor.setJWSKeySelector((header, context) ->
        header.getAlgorithm().equals(JWSAlgorithm.EdDSA)
            ? edwards(keys, header)
            : ordinary.selectJWSKeys(header, context));
    processor.setJWSVerifierFactory(new Verifiers());
    DefaultJWTClaimsVerifier<SecurityContext> claims =
        new DefaultJWTClaimsVerifier<>(
            Set.of("orders", "orders-old"),
            new JWTClaimsSet.Builder().issuer(app.issuer.issuer()).build(),
            Set.of("sub", "exp"),
            Set.of()) {
          @Override
          protected Date currentTime() {
            // it counts in milliseconds, and the very first one of a token not yet as its time
            return Date.from(app.time.now().plusMillis(1));
          }
        };
    claims.setMaxClockSkew(30);
    processor.setJWTClaimsSetVerifier(claims);
    return processor;
  }

  /** Nimbus's processor hands keys of the JDK about, and its own check of EdDSA wants a JWK. */
  private record EdwardsKey(OctetKeyPair jwk) implements Key {

    @Override
    public String getAlgorithm() {
      return "EdDSA";
    }

    @Override
    public String getFormat() {
      return "JWK";
    }

    @Override
    public byte[] getEncoded() {
      return jwk.getDecodedX();
    }
  }

  private static List<Key> edwards(JWKSet keys, JWSHeader header) {
    return new JWKSelector(JWKMatcher.forJWSHeader(header))
        .select(keys).stream().<Key>map(jwk -> new EdwardsKey(jwk.toOctetKeyPair())).toList();
  }

  private static final class Verifiers extends DefaultJWSVerifierFactory {

    @Override
    public JWSVerifier createJWSVerifier(JWSHeader header, Key key) throws JOSEException {
      return key instanceof EdwardsKey edwards
          ? new Ed25519Verifier(edwards.jwk())
          : super.createJWSVerifier(header, key);
    }
  }

  // ---- properties

  @Property(tries = 2_000)
  void acceptedToken_isAcceptedByNimbus_andOnlyListedReasonsAreStricter(
      @ForAll("changes") List<Change> changes, @ForAll("algorithms") Algorithm algorithm) {
    String token = apply(changes, token().algorithm(algorithm));
    CallRecord record = app.call(token);
    app.app.records().clear();
    String ours = reason(record);
    boolean theirs = nimbusAccepts(token);
    Statistics.label("outcome")
        .collect(ours.isEmpty() ? "both accept" : theirs ? ours : "both refuse");
    if (ours.isEmpty()) {
      assertThat(theirs).as("Nimbus on %s", token).isTrue();
      assertThat(record.principal()).isNotNull();
    } else if (theirs) {
      assertThat(STRICTER).as(token).containsKey(ours);
    }
  }

  @Example
  void eachListedReason_isOneForWhichNimbusAloneWouldAccept() {
    STRICTER.forEach((reason, forge) -> {
      String token = forge.apply(token());
      assertThat(reason(app.call(token))).isEqualTo(reason);
      assertThat(nimbusAccepts(token)).as("Nimbus on %s", reason).isTrue();
    });
  }

  @Example
  void unchangedToken_isAcceptedByBoth() {
    for (Algorithm algorithm : ALGORITHMS) {
      String token = token().algorithm(algorithm).sign();
      assertThat(reason(app.call(token))).isEmpty();
      assertThat(nimbusAccepts(token)).isTrue();
    }
  }

  private static TokenBuilder token() {
    return app.issuer.token().subject("alice").scopes("orders:read");
  }

  private static long now() {
    return app.time.now().getEpochSecond();
  }

  private static List<String> audiences(int count) {
    String[] audiences = new String[count];
    Arrays.setAll(audiences, i -> i == 0 ? "orders" : "s" + i);
    return List.of(audiences);
  }

  /** Empty where the call went through. */
  private static String reason(CallRecord record) {
    for (Verdict verdict : record.verdicts()) {
      if (verdict.result() == Verdict.Result.REFUSE) {
        return String.valueOf(verdict.reason());
      }
    }
    return "";
  }

  private static boolean nimbusAccepts(String token) {
    try {
      nimbus.process(token, null);
      return true;
    } catch (ParseException | BadJOSEException | JOSEException e) {
      return false;
    }
  }

  // ---- changes

  /** A change of what is signed, or of what was. */
  private record Change(
      String name, Function<TokenBuilder, TokenBuilder> before, Function<String, String> after) {

    static Change before(String name, Function<TokenBuilder, TokenBuilder> change) {
      return new Change(name, change, token -> token);
    }

    static Change after(String name, Function<String, String> change) {
      return new Change(name, token -> token, change);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static String apply(List<Change> changes, TokenBuilder builder) {
    TokenBuilder changed = builder;
    for (Change each : changes) {
      changed = each.before.apply(changed);
    }
    String token = changed.sign();
    for (Change each : changes) {
      token = each.after.apply(token);
    }
    return token;
  }

  @Provide
  Arbitrary<Algorithm> algorithms() {
    return Arbitraries.of(ALGORITHMS);
  }

  @Provide
  Arbitrary<List<Change>> changes() {
    return Arbitraries.oneOf(headers(), claims(), texts()).list().ofMinSize(0).ofMaxSize(3);
  }

  private static Arbitrary<Change> headers() {
    Arbitrary<String> names =
        Arbitraries.of(
            "typ", "kid", "alg", "crit", "cty", "jku", "x5u", "x5c", "jwk", "b64", "zip", "enc",
            "x5t", "p2c", "nonce", "ver", "iss");
    Arbitrary<Object> values =
        Arbitraries.of(
            "",
            "JWT",
            "at+jwt",
            "AT+JWT",
            "application/at+jwt",
            "logout+jwt",
            "RS256",
            "PS256",
            "ES256",
            "EdDSA",
            "Ed25519",
            "none",
            "HS256",
            7,
            true,
            List.of(),
            List.of("exp"),
            Map.of(),
            "a\nb",
            Odd.NULL,
            Odd.ABSENT);
    return Combinators.combine(names, values)
        .as((name, value) ->
            value == Odd.ABSENT
                ? Change.before("no header " + name, t -> t.withoutHeader(name))
                : Change.before(
                    "header " + name + "=" + value,
                    t -> t.header(name, value == Odd.NULL ? null : value)));
  }

  private static Arbitrary<Change> claims() {
    Arbitrary<String> names =
        Arbitraries.of(
            "sub",
            "iss",
            "aud",
            "exp",
            "nbf",
            "iat",
            "jti",
            "client_id",
            "scope",
            "roles",
            "nonce",
            "events",
            "cnf",
            "act",
            "azp",
            "extra");
    Arbitrary<Object> values =
        Arbitraries.of(
            "",
            " ",
            "orders",
            "orders-old",
            "alice",
            List.of(),
            List.of("orders", "x"),
            List.of("orders", 7),
            List.of(List.of("orders")),
            0,
            -1,
            1.5,
            1e3,
            1e300,
            true,
            Long.MAX_VALUE,
            Map.of("jkt", "x"),
            Map.of("sub", "y"),
            Odd.NULL,
            Odd.ABSENT);
    Arbitrary<Object> moments = Arbitraries.longs().between(-400, 400).map(Moment::new);
    return Combinators.combine(names, Arbitraries.oneOf(values, moments))
        .as((name, value) ->
            Change.before("claim " + name + "=" + value, t -> claim(t, name, value)));
  }

  private static TokenBuilder claim(TokenBuilder token, String name, Object value) {
    if (value == Odd.ABSENT) {
      return token.without(name);
    }
    if (value instanceof Moment moment) {
      return token.claim(name, now() + moment.fromNow);
    }
    return token.claim(name, value == Odd.NULL ? null : value);
  }

  private static Arbitrary<Change> texts() {
    Arbitrary<Integer> places =
        Arbitraries.integers().between(0, 999).withDistribution(RandomDistribution.uniform());
    Arbitrary<String> characters =
        Arbitraries.oneOf(
            Arbitraries.of(" ", "=", "+", "/", "?", "\n", "\r\n", ".", "\u00e9", "", "A", "_", "9"),
            Arbitraries.chars().alpha().map(String::valueOf));
    Arbitrary<Integer> ways = Arbitraries.of(0, 1, 2, 3);
    return Combinators.combine(places, characters, ways)
        .as((place, text, way) ->
            Change.after(
                "text " + place + " " + way + " " + text.codePoints().boxed().toList(),
                token -> edit(token, place, text, way)));
  }

  /**
   * Replaces, inserts, or appends to one of the segments; a place near the end is a signature's.
   */
  private static String edit(String token, int place, String text, int way) {
    int at = place * token.length() / 1_000;
    return switch (way) {
      case 0 -> token.substring(0, at) + text + token.substring(Math.min(at + 1, token.length()));
      case 1 -> token.substring(0, at) + text + token.substring(at);
      case 2 -> {
        int dot = token.indexOf('.', at);
        int end = dot < 0 ? token.length() : dot;
        yield token.substring(0, end) + text + token.substring(end);
      }
      default -> {
        int dot = token.indexOf('.', at);
        int last = Math.max(0, (dot < 0 ? token.length() : dot) - 1);
        yield token.substring(0, last) + text + token.substring(Math.min(last + 1, token.length()));
      }
    };
  }

  private record Moment(long fromNow) {}
}
