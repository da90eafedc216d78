// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IntrospectionEndpointTest {

  private static final AtomicReference<Instant> NOW =
      new AtomicReference<>(Instant.parse("2026-11-01T12:00:00Z"));
  private static final String SERVICE = basic("service:secret");

  private static LocalIssuer issuer;

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.builder().audience("orders").clock(NOW::get).start();
  }

  @AfterAll
  static void stop() {
    issuer.close();
  }

  @Test
  void opaqueToken_isActiveAndSaysItsClaims() throws Exception {
    String token = issuer.token().subject("ada").scopes("orders:read").opaque();
    assertThat(token).doesNotContain(".").isNotEqualTo(issuer.token().opaque());
    HttpResponse<String> response = ask(SERVICE, "token=" + token);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(Client.parse(response.body()))
        .containsEntry("active", true)
        .containsEntry("token_type", "Bearer")
        .containsEntry("iss", issuer.issuer())
        .containsEntry("sub", "ada")
        .containsEntry("aud", "orders")
        .containsEntry("scope", "orders:read");
  }

  @Test
  void tokenThatIsUnknownRevokedOrExpired_isNotActive() throws Exception {
    String revoked = issuer.token().opaque();
    issuer.revoke(revoked);
    String expired = issuer.token().expiresIn(Duration.ofSeconds(1)).opaque();
    assertThat(ask(SERVICE, "token=" + expired).body()).contains("\"active\":true");
    NOW.set(NOW.get().plusSeconds(1));
    for (String token : new String[] {"unknown", revoked, expired, issuer.token().sign()}) {
      assertThat(ask(SERVICE, "token=" + token).body()).isEqualTo("{\"active\":false}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer x", "Basic ", "Basic c2VydmljZTo="})
  void clientWithoutSecret_isNotTold(String authorization) throws Exception {
    HttpResponse<String> response = ask(authorization, "token=" + issuer.token().opaque());
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
    assertThat(response.body()).contains("invalid_client").doesNotContain("active");
  }

  @Test
  void questionWithoutToken_isMalformed() throws Exception {
    assertThat(ask(SERVICE, "x=y").statusCode()).isEqualTo(400);
  }

  @Test
  void fault_takesItsPlace() throws Exception {
    issuer.fault(LocalIssuer.INTROSPECTION, Fault.status(500));
    assertThat(ask(SERVICE, "token=x").statusCode()).isEqualTo(500);
    issuer.clearFault(LocalIssuer.INTROSPECTION);
    assertThat(ask(SERVICE, "token=x").statusCode()).isEqualTo(200);
  }

  private static HttpResponse<String> ask(String authorization, String form) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(issuer.url() + LocalIssuer.INTROSPECTION))
            .header("Authorization", authorization)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }

  private static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }
}
