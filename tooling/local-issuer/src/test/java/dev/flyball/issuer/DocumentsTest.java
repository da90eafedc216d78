// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DocumentsTest {

  private LocalIssuer issuer;
  private Client client;

  @BeforeEach
  void start() {
    issuer = LocalIssuer.start(0);
    client = new Client(issuer);
  }

  @AfterEach
  void stop() {
    issuer.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {LocalIssuer.OPENID_CONFIGURATION, LocalIssuer.AUTHORIZATION_SERVER})
  void metadata_saysWhereEverythingIs(String path) throws Exception {
    HttpResponse<String> response = client.get(path);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(Client.parse(response.body()))
        .containsEntry("issuer", issuer.url())
        .containsEntry("token_endpoint", issuer.url() + "/token")
        .containsEntry("jwks_uri", issuer.url() + "/jwks")
        .containsEntry("grant_types_supported", List.of("client_credentials", SubjectToken.GRANT))
        .containsEntry(
            "token_endpoint_auth_methods_supported",
            List.of("client_secret_basic", "client_secret_post", "none"))
        .containsEntry("response_types_supported", List.of("none"))
        .containsEntry("subject_types_supported", List.of("public"))
        .containsEntry(
            "id_token_signing_alg_values_supported",
            List.of(
                "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
                "EdDSA"));
  }

  @Test
  void metadata_changed_isServedSo() throws Exception {
    issuer.metadata("issuer", "https://elsewhere.example");
    issuer.metadata("extra", List.of(1, true));
    issuer.withoutMetadata("jwks_uri");

    assertThat(Client.parse(client.get(LocalIssuer.OPENID_CONFIGURATION).body()))
        .containsEntry("issuer", "https://elsewhere.example")
        .containsEntry("extra", List.of(1L, true))
        .doesNotContainKey("jwks_uri");
  }

  @Test
  void issuer_ofAnotherName_isInMetadataAndTokens() throws Exception {
    try (LocalIssuer named = LocalIssuer.builder().issuer("https://id.example").start()) {
      Client other = new Client(named);

      assertThat(Client.parse(other.get(LocalIssuer.AUTHORIZATION_SERVER).body()))
          .containsEntry("issuer", "https://id.example")
          .containsEntry("jwks_uri", named.url() + "/jwks");
      assertThat(Client.claims(named.token().sign())).containsEntry("iss", "https://id.example");
      assertThat(named.issuer()).isEqualTo("https://id.example");
    }
  }

  @Test
  void keys_atTheStart_areOnePublicRsaKey() throws Exception {
    HttpResponse<String> response = client.get(LocalIssuer.JWKS);

    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(client.keys().getKeys()).hasSize(1);
    assertThat(client.keys().getKeys().get(0).isPrivate()).isFalse();
    assertThat(client.keys().getKeys().get(0).size()).isEqualTo(2048);
  }

  @ParameterizedTest
  @ValueSource(strings = {LocalIssuer.OPENID_CONFIGURATION, LocalIssuer.JWKS})
  void document_known_isNotModifiedUntilItChanges(String path) throws Exception {
    String etag = client.get(path).headers().firstValue("ETag").orElseThrow();

    HttpResponse<String> known = conditional(path, "\"other\", W/" + etag);
    issuer.keys().rotate();
    issuer.metadata("extra", 1);
    HttpResponse<String> changed = conditional(path, etag);

    assertThat(known.statusCode()).isEqualTo(304);
    assertThat(known.body()).isEmpty();
    assertThat(known.headers().firstValue("ETag")).hasValue(etag);
    assertThat(known.headers().firstValue("Cache-Control")).hasValue("max-age=300");
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(changed.headers().firstValue("ETag").orElseThrow()).isNotEqualTo(etag);
  }

  @Test
  void document_withoutEtags_isAlwaysWhole() throws Exception {
    String etag = client.get(LocalIssuer.JWKS).headers().firstValue("ETag").orElseThrow();
    issuer.etags(false);

    HttpResponse<String> response = conditional(LocalIssuer.JWKS, etag);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("ETag")).isEmpty();
  }

  @Test
  void cacheControl_isWhatWasSet() throws Exception {
    issuer.cacheControl("no-cache");
    assertThat(client.get(LocalIssuer.JWKS).headers().firstValue("Cache-Control"))
        .hasValue("no-cache");

    issuer.cacheControl(null);
    assertThat(client.get(LocalIssuer.JWKS).headers().firstValue("Cache-Control")).isEmpty();
  }

  @Test
  void head_hasNoBody() throws Exception {
    HttpResponse<String> response =
        client.send(client.request(LocalIssuer.JWKS).method("HEAD", BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void post_ofADocument_isNotAllowed() throws Exception {
    HttpResponse<String> response =
        client.send(client.request(LocalIssuer.JWKS).POST(BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/jwks/", "/jwks/x", "/JWKS", "/tokens", "/%6Awks"})
  void path_unknown_isSmallJson404(String path) throws Exception {
    HttpResponse<String> response = client.get(path);

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(Client.parse(response.body())).containsEntry("error", "not_found");
  }

  private HttpResponse<String> conditional(String path, String condition) throws Exception {
    return client.send(client.request(path).header("If-None-Match", condition));
  }
}
