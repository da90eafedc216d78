// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A JWK set behind an address, which is given or found through OpenID Connect Discovery 1.0.
 *
 * <p>No redirects, JSON only, bounded size and time; If-None-Match where the server gave an ETag.
 */
final class HttpKeys implements KeyFetcher {

  private static final Duration HEADERS_TIMEOUT = Duration.ofSeconds(2);
  private static final long WHOLE_TIMEOUT_SECONDS = 4;
  private static final Pattern MAX_AGE = Pattern.compile("(?:^|[\\s,])max-age=\"?(\\d{1,9})");
  private static final StrictJson DOCUMENT = new StrictJson(8, 1_000);

  private final String issuer;
  private final @Nullable URI given;
  private final Supplier<HttpClient> client;
  private volatile @Nullable URI discovered;
  private volatile @Nullable String etag;

  /**
   * A set at an address.
   *
   * @param issuer the exact value of {@code iss}
   * @param given the address of the set; null to ask for the discovery document of the issuer
   * @param client made when it is first needed
   */
  HttpKeys(String issuer, @Nullable URI given, Supplier<HttpClient> client) {
    this.issuer = issuer;
    this.given = given;
    this.client = client;
  }

  /** Whether keys may be fetched from an address: over TLS, or from this very machine. */
  static boolean isSafe(URI uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    String host = uri.getHost();
    if (host == null) {
      return false;
    }
    boolean loopback =
        host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
    return scheme.equals("https") || (scheme.equals("http") && loopback);
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
    requireJson(response);
    Map<String, Object> document;
    try {
      document = DOCUMENT.object(response.body());
    } catch (StrictJson.Malformed e) {
      throw new Failed("the discovery document is malformed: " + e.getMessage());
    }
    if (!issuer.equals(document.get("issuer"))) {
      throw new Failed(
          "the discovery document is of issuer "
              + document.get("issuer")
              + " (expected: "
              + issuer
              + ")");
    }
    if (!(document.get("jwks_uri") instanceof String text)) {
      throw new Failed("the discovery document has no jwks_uri");
    }
    URI address = URI.create(text);
    if (!isSafe(address) || !isSameOrigin(address, URI.create(issuer))) {
      throw new Failed(
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
          requireJson(response);
          etag = response.headers().firstValue("ETag").orElse(null);
          return new Fetched(response.body(), maxAge);
        });
  }

  private CompletableFuture<HttpResponse<byte[]>> get(URI address, @Nullable String knownEtag) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .timeout(HEADERS_TIMEOUT)
            .header("Accept", "application/jwk-set+json, application/json");
    if (knownEtag != null) {
      request.header("If-None-Match", knownEtag);
    }
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.get().sendAsync(request.build(), info -> new LimitedBody(KeySetParser.MAX_BYTES));
    return exchange
        .copy()
        .orTimeout(WHOLE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .whenComplete((response, error) -> exchange.cancel(true));
  }

  private static void requireJson(HttpResponse<byte[]> response) {
    if (response.statusCode() != 200) {
      throw new Failed(response.uri() + " answered " + response.statusCode() + " (expected: 200)");
    }
    String type = response.headers().firstValue("Content-Type").orElse("nothing");
    if (!type.toLowerCase(Locale.ROOT).matches("application/(?:[a-z0-9.+-]+\\+)?json\\b.*")) {
      throw new Failed(response.uri() + " answered with " + type + " (expected: application/json)");
    }
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
