// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TokenBuilderTest {

  private static final Instant START = Instant.parse("2026-11-01T12:00:00Z");
  private static final AtomicReference<Instant> NOW = new AtomicReference<>(START);

  private static LocalIssuer issuer;
  private static Client client;

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.builder().audience("orders").clock(NOW::get).start();
    client = new Client(issuer);
  }

  @BeforeEach
  void reset() {
    NOW.set(START);
  }

  @AfterAll
  static void stop() {
    issuer.close();
  }

  @ParameterizedTest
  @EnumSource
  void token_ofEachAlgorithm_verifiesAgainstThePublishedSet(Algorithm algorithm) throws Exception {
    String token = issuer.token().algorithm(algorithm).sign();

    assertThat(Client.header(token))
        .containsEntry("alg", algorithm.id())
        .containsEntry("kid", issuer.keys().current(algorithm).id());
    assertThat(client.verifies(token)).isTrue();
  }

  @Test
  void token_sayingNothing_isAnAccessToken() {
    String token = issuer.token().sign();

    assertThat(Client.header(token)).containsEntry("typ", "at+jwt").containsEntry("alg", "RS256");
    assertThat(Client.claims(token))
        .containsOnlyKeys("iss", "sub", "aud", "exp", "iat", "jti", "client_id")
        .containsEntry("iss", issuer.url())
        .containsEntry("sub", "local-client")
        .containsEntry("aud", "orders");
  }

  @Test
  void token_sayingEverything_saysSo() {
    String token =
        issuer
            .token()
            .subject("ada")
            .clientId("shop")
            .issuer("https://id.example")
            .scopes("orders:read", "orders:write")
            .roles("clerk")
            .audience("orders", "billing")
            .typ("JWT")
            .header("x", Map.of("y", 1))
            .sign();

    assertThat(Client.header(token))
        .containsEntry("typ", "JWT")
        .containsEntry("x", Map.of("y", 1L));
    assertThat(Client.claims(token))
        .containsEntry("sub", "ada")
        .containsEntry("client_id", "shop")
        .containsEntry("iss", "https://id.example")
        .containsEntry("scope", "orders:read orders:write")
        .containsEntry("roles", List.of("clerk"))
        .containsEntry("aud", List.of("orders", "billing"));
  }

  @Test
  void claim_ofAnyJsonType_isWrittenAsItIs() {
    String token =
        issuer
            .token()
            .claim("nothing", null)
            .claim("yes", true)
            .claim("fraction", new BigDecimal("123.9"))
            .claim("huge", 1e308)
            .claim("nested", Map.of("list", Arrays.asList("a", null, List.of())))
            .claim("text", "é \" \\ \n")
            .sign();

    assertThat(Client.claims(token))
        .containsEntry("nothing", null)
        .containsEntry("yes", true)
        .containsEntry("fraction", 123.9)
        .containsEntry("huge", 1e308)
        .containsEntry("nested", Map.of("list", Arrays.asList("a", null, List.of())))
        .containsEntry("text", "é \" \\ \n");
  }

  @Test
  void claim_setToWrongTypes_replacesTheDefaults() {
    String token =
        issuer.token().claim("exp", "123").claim("aud", null).claim("sub", 7).audience().sign();

    assertThat(Client.claims(token))
        .containsEntry("exp", "123")
        .containsEntry("sub", 7L)
        .containsEntry("aud", List.of());
  }

  @Test
  void claim_thatIsNotJson_isRefusedAtOnce() {
    List<Object> itself = List.of(Map.of("deep", new Object()));

    assertThatThrownBy(() -> issuer.token().claim("bad", itself))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("bad of ");
    assertThatThrownBy(() -> issuer.token().claim("bad", Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bad of NaN (expected: ");
    assertThatThrownBy(() -> issuer.token().claim("bad", Map.of(1, "one")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void without_leavesClaimsAndHeadersOut_untilTheyAreSetAgain() {
    TokenBuilder token = issuer.token().without("exp").without("sub").withoutHeader("kid");

    assertThat(Client.claims(token.sign())).doesNotContainKeys("exp", "sub");
    assertThat(Client.header(token.sign())).containsOnlyKeys("alg", "typ");
    assertThat(Client.claims(token.subject("ada").sign())).containsEntry("sub", "ada");
  }

  @Test
  void times_goByTheClockOfTheIssuer() {
    NOW.set(START.plusSeconds(3600));
    String token = issuer.token().sign();

    assertThat(Client.claims(token))
        .containsEntry("iat", START.getEpochSecond() + 3600)
        .containsEntry("exp", START.getEpochSecond() + 3900);
  }

  @Test
  void expiresIn_countsFromNow() {
    String token =
        issuer
            .token()
            .expiresIn(Duration.ofMinutes(1))
            .issuedAt(START.minusSeconds(500))
            .notBefore(START.plusSeconds(5))
            .sign();

    assertThat(Client.claims(token))
        .containsEntry("iat", START.getEpochSecond() - 500)
        .containsEntry("nbf", START.getEpochSecond() + 5)
        .containsEntry("exp", START.getEpochSecond() + 60);
  }

  @Test
  void expiresIn_negative_wasIssuedBeforeItsEnd() {
    assertThat(Client.claims(issuer.token().expiresIn(Duration.ofSeconds(-1)).sign()))
        .containsEntry("exp", START.getEpochSecond() - 1)
        .containsEntry("iat", START.getEpochSecond() - 301);
  }

  @Test
  void expiresAt_isTheMoment() {
    assertThat(Client.claims(issuer.token().expiresAt(START.plusSeconds(9)).sign()))
        .containsEntry("exp", START.getEpochSecond() + 9);
  }

  @Test
  void header_algSetByHand_doesNotChangeTheSignature() throws Exception {
    String token = issuer.token().algorithm(Algorithm.PS256).header("alg", "RS256").sign();

    assertThat(Client.header(token)).containsEntry("alg", "RS256");
    assertThat(client.verifies(token)).isFalse();
  }

  @Test
  void keyId_ofAnOlderKey_signsWithIt() throws Exception {
    String old = issuer.keys().current().id();
    issuer.keys().rotate();
    String token = issuer.token().keyId(old).sign();

    assertThat(Client.header(token)).containsEntry("kid", old);
    assertThat(client.verifies(token)).isTrue();
  }

  @Test
  void signedBy_keyOfAnotherFamily_usesAnAlgorithmThatFits() throws Exception {
    SigningKey key = SigningKey.generate(Algorithm.ES384);
    issuer.keys().publish(key);
    String token = issuer.token().signedBy(key).sign();

    assertThat(Client.header(token)).containsEntry("alg", "ES384").containsEntry("kid", key.id());
    assertThat(client.verifies(token)).isTrue();
  }

  @Test
  void signedBy_keyThatCannot_saysWhich() {
    TokenBuilder token =
        issuer.token().signedBy(SigningKey.generate(Algorithm.ES256)).algorithm(Algorithm.RS256);

    assertThatThrownBy(token::sign)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("RS256 with a key of P256 (expected: RSA)");
  }

  @Test
  void keyId_unknown_isRefused() {
    assertThatThrownBy(() -> issuer.token().keyId("nobody"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no key has the id nobody (expected: one of [");
  }

  @Test
  void paddedTo_lessThanTheTokenNeeds_isRefused() {
    assertThatThrownBy(() -> issuer.token().paddedTo(100).sign())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("size 100 (expected: room for a token of ");
  }

  @Test
  void builder_signingTwice_givesTokensOfTheirOwn() {
    TokenBuilder token = issuer.token();
    List<Object> ids = new ArrayList<>();
    ids.add(Client.claims(token.sign()).get("jti"));
    ids.add(Client.claims(token.sign()).get("jti"));

    assertThat(ids).doesNotHaveDuplicates();
  }
}
