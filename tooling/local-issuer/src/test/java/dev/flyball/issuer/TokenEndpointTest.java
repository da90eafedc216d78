// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenEndpointTest {

  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00.700Z");

  private static LocalIssuer issuer;
  private static Client client;

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.builder().audience("orders").clock(() -> NOW).start();
    client = new Client(issuer);
  }

  @AfterAll
  static void stop() {
    issuer.close();
  }

  @Test
  void answer_clientCredentials_isBearerTokenNotToBeStored() throws Exception {
    HttpResponse<String> response =
        client.post("grant_type=client_credentials&client_id=me&scope=orders:read+orders:write");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(response.headers().firstValue("Pragma")).hasValue("no-cache");
    Map<String, Object> members = Client.parse(response.body());
    assertThat(members)
        .containsOnlyKeys("access_token", "token_type", "expires_in", "scope")
        .containsEntry("token_type", "Bearer")
        .containsEntry("expires_in", 300L)
        .containsEntry("scope", "orders:read orders:write");
  }

  @Test
  void token_default_isOfRfc9068AndVerifies() throws Exception {
    String token = token("grant_type=client_credentials&client_id=me&scope=orders:read");

    assertThat(Client.header(token))
        .containsOnlyKeys("alg", "typ", "kid")
        .containsEntry("alg", "RS256")
        .containsEntry("typ", "at+jwt")
        .containsEntry("kid", issuer.keys().current().id());
    assertThat(Client.claims(token))
        .containsOnlyKeys("iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope")
        .containsEntry("iss", issuer.url())
        .containsEntry("sub", "me")
        .containsEntry("client_id", "me")
        .containsEntry("aud", "orders")
        .containsEntry("iat", NOW.getEpochSecond())
        .containsEntry("exp", NOW.getEpochSecond() + 300)
        .containsEntry("scope", "orders:read");
    assertThat(client.verifies(token)).isTrue();
  }

  @Test
  void token_askedTwice_hasAnotherId() throws Exception {
    String form = "grant_type=client_credentials&client_id=me";

    assertThat(Client.claims(token(form)).get("jti"))
        .isNotEqualTo(Client.claims(token(form)).get("jti"));
  }

  @Test
  void token_withoutScope_hasNone() throws Exception {
    HttpResponse<String> response =
        client.post("grant_type=client_credentials&client_id=me&scope=");

    assertThat(Client.parse(response.body())).doesNotContainKey("scope");
    assertThat(Client.claims(accessToken(response))).doesNotContainKey("scope");
  }

  @Test
  void scope_askedTwice_isGrantedOnce() throws Exception {
    String token = token("grant_type=client_credentials&client_id=me&scope=a%20b%20a");

    assertThat(Client.claims(token)).containsEntry("scope", "a b");
  }

  @Test
  void audience_asked_replacesTheDefault() throws Exception {
    String one = token("grant_type=client_credentials&client_id=me&audience=billing");
    String two =
        token(
            "grant_type=client_credentials&client_id=me&audience=billing"
                + "&resource=https://shop.example/orders");

    assertThat(Client.claims(one)).containsEntry("aud", "billing");
    assertThat(Client.claims(two))
        .containsEntry("aud", List.of("billing", "https://shop.example/orders"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 3600, -60})
  void lifetime_asked_isThatOfTheToken(long seconds) throws Exception {
    HttpResponse<String> response =
        client.post("grant_type=client_credentials&client_id=me&expires_in=" + seconds);

    Map<String, Object> members = Client.parse(response.body());
    assertThat(members).containsEntry("expires_in", seconds);
    assertThat(Client.claims((String) members.get("access_token")))
        .containsEntry("exp", NOW.plusSeconds(seconds).getEpochSecond());
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "1.5", "1234567890", "--1"})
  void lifetime_thatIsNoNumberOfSeconds_isInvalidRequest(String seconds) throws Exception {
    HttpResponse<String> response =
        client.post("grant_type=client_credentials&client_id=me&expires_in=" + seconds);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Client.parse(response.body()))
        .containsEntry("error", "invalid_request")
        .containsEntry(
            "error_description",
            "expires_in " + seconds + " (expected: whole seconds of at most 9 digits)");
  }

  @Test
  void client_byBasic_isDecodedTwice() throws Exception {
    HttpResponse<String> response =
        client.send(
            client
                .tokenRequest("grant_type=client_credentials")
                .header("Authorization", basic("my%3Aclient+1:s%25cret")));

    assertThat(Client.claims(accessToken(response))).containsEntry("sub", "my:client 1");
  }

  @Test
  void client_bySecretInForm_isAccepted() throws Exception {
    String token = token("grant_type=client_credentials&client_id=me&client_secret=anything");

    assertThat(Client.claims(token)).containsEntry("client_id", "me");
  }

  @ParameterizedTest(name = "{0} is {2} {1}")
  @CsvSource({
    "'', invalid_request, 400",
    "client_id=me, invalid_request, 400",
    "grant_type=&client_id=me, invalid_request, 400",
    "grant_type=password&client_id=me, unsupported_grant_type, 400",
    "grant_type=client_credentials, invalid_client, 401",
    "grant_type=client_credentials&client_id=, invalid_client, 401",
    "grant_type=client_credentials&client_id=a%0Ab, invalid_client, 401",
    "grant_type=client_credentials&client_id=me&client_id=you, invalid_request, 400",
    "grant_type=client_credentials&grant_type=client_credentials&client_id=me, invalid_request, 400",
    "grant_type=client_credentials&client_id=me&scope=a&scope=b, invalid_request, 400",
    "grant_type=client_credentials&client_id=%zz, invalid_request, 400",
    "grant_type=client_credentials&client_id=me&scope=a%20%20b, invalid_scope, 400",
    "grant_type=client_credentials&client_id=me&scope=%22, invalid_scope, 400",
    "grant_type=client_credentials&client_id=me&scope=%C3%A9, invalid_scope, 400",
    "grant_type=client_credentials&client_id=me&resource=orders, invalid_target, 400",
    "grant_type=client_credentials&client_id=me&resource=http://x/%23a, invalid_target, 400",
    "grant_type=client_credentials&client_id=me&resource=%3A%3A, invalid_target, 400",
  })
  void error_hasTheShapeOfRfc6749(String form, String error, int status) throws Exception {
    HttpResponse<String> response = client.post(form);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    Map<String, Object> members = Client.parse(response.body());
    assertThat(members)
        .containsOnlyKeys("error", "error_description")
        .containsEntry("error", error);
    // RFC 6749, section 5.2
    assertThat((String) members.get("error_description")).matches("[ !#-\\[\\]-~]+");
    assertThat(response.headers().firstValue("WWW-Authenticate").isPresent())
        .isEqualTo(status == 401);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"Bearer abc", "Basic ***", "Basic bm9jb2xvbg==", "Basic OnNlY3JldA=="})
  void authorization_malformed_isInvalidClientWithChallenge(String header) throws Exception {
    HttpResponse<String> response =
        client.send(
            client.tokenRequest("grant_type=client_credentials").header("Authorization", header));

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(Client.parse(response.body())).containsEntry("error", "invalid_client");
    assertThat(response.headers().firstValue("WWW-Authenticate").orElseThrow())
        .startsWith("Basic ");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"client_id=you", "client_id=me&client_secret=s", "client_secret=s"})
  void client_namedTwice_isInvalidRequest(String inForm) throws Exception {
    HttpResponse<String> response =
        client.send(
            client
                .tokenRequest("grant_type=client_credentials&" + inForm)
                .header("Authorization", basic("me:s")));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Client.parse(response.body())).containsEntry("error", "invalid_request");
  }

  @Test
  void client_sameIdInFormAndBasic_isAccepted() throws Exception {
    HttpResponse<String> response =
        client.send(
            client
                .tokenRequest("grant_type=client_credentials&client_id=me")
                .header("Authorization", basic("me:")));

    assertThat(response.statusCode()).isEqualTo(200);
  }

  @Test
  void body_ofAnotherType_isInvalidRequest() throws Exception {
    HttpResponse<String> response =
        client.send(
            client
                .request(LocalIssuer.TOKEN)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"grant_type\":\"client_credentials\"}")));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Client.parse(response.body()))
        .containsEntry("error", "invalid_request")
        .containsEntry(
            "error_description",
            "Content-Type application/json (expected: application/x-www-form-urlencoded)");
  }

  @Test
  void body_typeWithCharset_isAccepted() throws Exception {
    HttpResponse<String> response =
        client.send(
            client
                .request(LocalIssuer.TOKEN)
                .header("Content-Type", "Application/X-WWW-Form-urlencoded; charset=UTF-8")
                .POST(BodyPublishers.ofString("grant_type=client_credentials&client_id=me")));

    assertThat(response.statusCode()).isEqualTo(200);
  }

  @Test
  void body_largerThan64Kb_isRefused() throws Exception {
    HttpResponse<String> response = client.post("client_id=" + "x".repeat(64 * 1024));

    assertThat(response.statusCode()).isEqualTo(413);
  }

  @Test
  void method_get_isNotAllowed() throws Exception {
    HttpResponse<String> response = client.get(LocalIssuer.TOKEN);

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).hasValue("POST");
  }

  @Test
  void policy_ofOnesOwn_decides() throws Exception {
    ClientPolicy onlyMe =
        request -> {
          if (!request.clientId().equals("me") || !"right".equals(request.clientSecret())) {
            throw TokenRefusal.invalidClient("client " + request.clientId() + " is \"unknown\"");
          }
          return List.of("orders:read");
        };
    try (LocalIssuer strict = LocalIssuer.builder().clients(onlyMe).start()) {
      Client strictClient = new Client(strict);
      String form = "grant_type=client_credentials&client_id=me&scope=orders:read+admin";

      HttpResponse<String> granted = strictClient.post(form + "&client_secret=right");
      HttpResponse<String> refused = strictClient.post(form + "&client_secret=wrong");

      assertThat(Client.claims(accessToken(granted))).containsEntry("scope", "orders:read");
      assertThat(Client.parse(granted.body())).containsEntry("scope", "orders:read");
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(Client.parse(refused.body()))
          .containsEntry("error", "invalid_client")
          .containsEntry("error_description", "client me is 'unknown'");
    }
  }

  @Test
  void policy_thatFails_isServerError() throws Exception {
    ClientPolicy broken =
        request -> {
          throw new IllegalStateException("no list");
        };
    try (LocalIssuer failing = LocalIssuer.builder().clients(broken).start()) {
      HttpResponse<String> response =
          new Client(failing).post("grant_type=client_credentials&client_id=me");

      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(Client.parse(response.body())).containsEntry("error", "server_error");
      assertThat(response.body()).contains("no list");
    }
  }

  private static String token(String form) throws Exception {
    return accessToken(client.post(form));
  }

  private static String accessToken(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return (String) Client.parse(response.body()).get("access_token");
  }

  private static String basic(String pair) {
    byte[] bytes = pair.getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }

  // ---- token exchange

  private static String exchange(String subjectToken, String more) {
    return "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&client_id=orders"
        + "&subject_token_type=urn:ietf:params:oauth:token-type:access_token&subject_token="
        + subjectToken
        + more;
  }

  @Test
  void exchange_givesTokenOfTheSubject_forTheAudience() throws Exception {
    String subject = issuer.token().subject("ada").audience("orders").sign();

    HttpResponse<String> response = client.post(exchange(subject, "&audience=payments&scope=pay"));

    Map<String, Object> members = Client.parse(response.body());
    assertThat(members)
        .containsEntry("issued_token_type", SubjectToken.ACCESS_TOKEN)
        .containsEntry("token_type", "Bearer");
    String token = (String) members.get("access_token");
    assertThat(client.verifies(token)).isTrue();
    assertThat(Client.claims(token))
        .containsEntry("sub", "ada")
        .containsEntry("aud", "payments")
        .containsEntry("scope", "pay")
        .containsEntry("client_id", "orders")
        .containsEntry("act", Map.of("sub", "orders"));
  }

  @Test
  void exchange_ofForgedOrExpiredToken_isInvalidGrant() throws Exception {
    List<String> tokens =
        List.of(
            issuer.token().forge().tamperedSignature(),
            issuer.token().forge().stranger(),
            issuer.token().issuer("https://other.example").sign(),
            issuer.token().expiresIn(Duration.ofSeconds(-1)).sign(),
            issuer.token().without("sub").sign(),
            "nonsense");
    for (String token : tokens) {
      HttpResponse<String> response = client.post(exchange(token, ""));

      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(Client.parse(response.body())).containsEntry("error", "invalid_grant");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&client_id=me",
        "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&client_id=me&subject_token=x",
        "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&client_id=me&subject_token=x"
            + "&subject_token_type=urn:ietf:params:oauth:token-type:saml2"
      })
  void exchange_withoutSubject_isInvalidRequest(String form) throws Exception {
    HttpResponse<String> response = client.post(form);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Client.parse(response.body())).containsEntry("error", "invalid_request");
  }
}
