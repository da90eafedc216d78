// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import dev.flyball.auth.internal.http.FetchFailed;
import dev.flyball.auth.internal.http.JsonClient;
import dev.flyball.auth.internal.jose.KeySetParser;
import dev.flyball.auth.internal.jose.StrictJson;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A JWK set behind an address, which is given or found through OpenID Connect Discovery 1.0.
 *
 * <p>No redirects, JSON only, bounded size and time; If-None-Match where the server gave an ETag.
 */
public final class HttpKeys implements KeyFetcher {

  private static final Pattern MAX_AGE = Pattern.compile("(?:^|[\\s,])max-age=\"?(\\d{1,9})");
  private static final StrictJson DOCUMENT = new StrictJson(8, 1_000);

  private final String issuer;
  private final @Nullable URI given;
  private final JsonClient client;
  private volatile @Nullable URI discovered;
  private volatile @Nullable String etag;

  /**
   * A set at an address.
   *
   * @param issuer the exact value of {@code iss}
   * @param given the address of the set; null to ask for the discovery document of the issuer
   * @param client asks
   */
  public HttpKeys(String issuer, @Nullable URI given, JsonClient client) {
    this.issuer = issuer;
    this.given = given;
    this.client = client;
  }

  @Override
  public CompletableFuture<Fetched> fetch() {
    URI known = given != null ? given : discovered;
    CompletableFuture<URI> address =
        known != null ? CompletableFuture.completedFuture(known) : discover();
    return address
        .thenCompose(this::fetchSet)
        .whenComplete((fetched, error) -> {
          if (error != null) {
            discovered = null;
            etag = null;
          }
        });
  }

  @Override
  public String place() {
    URI known = given != null ? given : discovered;
    return known != null ? known.toString() : discoveryAddress().toString();
  }

  private URI discoveryAddress() {
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    return URI.create(base + "/.well-known/openid-configuration");
  }

  private CompletableFuture<URI> discover() {
    return get(discoveryAddress(), null)
        .thenApply(response -> {
          URI address = keysAddress(response);
          discovered = address;
          return address;
        });
  }

  private URI keysAddress(HttpResponse<byte[]> response) {
    JsonClient.requireJson(response);
    Map<String, Object> document;
    try {
      document = DOCUMENT.object(response.body());
    } catch (StrictJson.Malformed e) {
      throw new FetchFailed("the discovery document is malformed: " + e.getMessage());
    }
    if (!issuer.equals(document.get("issuer"))) {
      throw new FetchFailed(
          "the discovery document is of issuer "
              + document.get("issuer")
              + " (expected: "
              + issuer
              + ")");
    }
    if (!(document.get("jwks_uri") instanceof String text)) {
      throw new FetchFailed("the discovery document has no jwks_uri");
    }
    URI address = URI.create(text);
    if (!JsonClient.isSafe(address) || !isSameOrigin(address, URI.create(issuer))) {
      throw new FetchFailed(
          "the discovery document names "
              + text
              + " (expected: HTTPS on the issuer's own origin;"
              + " name another with jwks=)");
    }
    return address;
  }

  private CompletableFuture<Fetched> fetchSet(URI address) {
    return get(address, etag)
        .thenApply(response -> {
          long maxAge = maxAge(response.headers());
          if (response.statusCode() == 304) {
            return new Fetched(null, maxAge);
          }
          JsonClient.requireJson(response);
          etag = response.headers().firstValue("ETag").orElse(null);
          return new Fetched(response.body(), maxAge);
        });
  }

  private CompletableFuture<HttpResponse<byte[]>> get(URI address, @Nullable String knownEtag) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .header("Accept", "application/jwk-set+json, application/json");
    if (knownEtag != null) {
      request.header("If-None-Match", knownEtag);
    }
    return client.send(request, KeySetParser.MAX_BYTES);
  }

  private static long maxAge(HttpHeaders headers) {
    String control = String.join(",", headers.allValues("Cache-Control")).toLowerCase(Locale.ROOT);
    Matcher matcher = MAX_AGE.matcher(control);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : -1;
  }

  private static boolean isSameOrigin(URI one, URI other) {
    return Objects.equals(one.getScheme(), other.getScheme())
        && Objects.equals(one.getHost(), other.getHost())
        && one.getPort() == other.getPort();
  }
}
