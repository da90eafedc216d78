// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import dev.flyball.auth.internal.http.JsonClient;
import dev.flyball.auth.internal.jose.KeySet;
import dev.flyball.auth.internal.jose.KeySetParser;
import dev.flyball.auth.internal.jose.StrictJson;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A JWK set behind an address, which is given or found through OpenID Connect Discovery 1.0.
 *
 * <p>No redirects, JSON only, bounded size and time; If-None-Match where the server gave an ETag.
 */
public final class HttpKeys implements KeyFetcher {

  private static final long SECOND = 1_000_000_000L;
  private static final long DEFAULT_TTL = 300 * SECOND;
  private static final long SHORTEST_TTL = 60 * SECOND;
  private static final long LONGEST_TTL = 3_600 * SECOND;
  private static final int NOT_MODIFIED = 304;
  private static final Pattern MAX_AGE = Pattern.compile("(?:^|[\\s,])max-age=\"?(\\d{1,9})");
  private static final StrictJson DOCUMENT = new StrictJson(8, 1_000);

  private final String issuer;
  private final @Nullable URI given;
  private final JsonClient client;
  private volatile @Nullable URI discovered;
  private volatile boolean served;

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

  /** Asks for the address first where it is not known, or has not served the last time. */
  @Override
  public CompletableFuture<Fetched> fetch(@Nullable String etag) {
    URI known = given != null ? given : discovered;
    if (known != null && (served || given != null)) {
      return fetchSet(known, etag);
    }
    return discover(known)
        .thenCompose(address -> fetchSet(address, address.equals(known) ? etag : null));
  }

  @Override
  public String place() {
    URI known = given != null ? given : discovered;
    return known != null ? known.toString() : discoveryAddress().toString();
  }

  @Override
  public boolean isRemote() {
    return true;
  }

  // ---- the address

  private URI discoveryAddress() {
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    return URI.create(base + "/.well-known/openid-configuration");
  }

  /**
   * Asks where the set is.
   *
   * @param before the address that was right until now, which goes on where nobody answers; one
   *     that lies is not believed, nor is what it said before
   */
  private CompletableFuture<URI> discover(@Nullable URI before) {
    return get(discoveryAddress(), null)
        .thenApply(response -> {
          JsonClient.requireJson(response);
          URI address = keysAddress(response.body());
          discovered = address;
          return address;
        })
        .exceptionally(error -> {
          if (before == null || cause(error) instanceof KeysRefused) {
            throw new CompletionException(cause(error));
          }
          return before;
        });
  }

  private URI keysAddress(byte[] json) {
    Map<String, Object> document;
    try {
      document = DOCUMENT.object(json);
    } catch (StrictJson.Malformed e) {
      throw new KeysRefused("the discovery document is malformed: " + e.getMessage());
    }
    if (!issuer.equals(document.get("issuer"))) {
      throw new KeysRefused(
          "the discovery document is of issuer "
              + document.get("issuer")
              + " (expected: "
              + issuer
              + ")");
    }
    if (!(document.get("jwks_uri") instanceof String text)) {
      throw new KeysRefused("the discovery document has no jwks_uri");
    }
    URI address = address(text);
    if (address == null || !isSameOrigin(address, URI.create(issuer))) {
      throw new KeysRefused(
          "the discovery document names "
              + text
              + " (expected: HTTPS on the issuer's own origin;"
              + " name another with jwks=)");
    }
    return address;
  }

  private static @Nullable URI address(String text) {
    try {
      URI address = URI.create(text);
      return JsonClient.isSafe(address) ? address : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static boolean isSameOrigin(URI one, URI other) {
    return one.getScheme().equalsIgnoreCase(other.getScheme())
        && one.getHost().equalsIgnoreCase(other.getHost())
        && port(one) == port(other);
  }

  private static int port(URI uri) {
    boolean usual = uri.getPort() < 0;
    return usual ? (uri.getScheme().equalsIgnoreCase("https") ? 443 : 80) : uri.getPort();
  }

  // ---- the set

  private CompletableFuture<Fetched> fetchSet(URI address, @Nullable String etag) {
    served = false;
    return get(address, etag)
        .thenApply(response -> {
          Fetched fetched = fetched(response, etag);
          served = true;
          return fetched;
        });
  }

  private static Fetched fetched(HttpResponse<byte[]> response, @Nullable String etag) {
    long ttl = ttl(response.headers());
    if (etag != null && response.statusCode() == NOT_MODIFIED) {
      return new Fetched(null, etag, ttl);
    }
    JsonClient.requireJson(response);
    String fresh = response.headers().firstValue("ETag").orElse(null);
    return new Fetched(parse(response.body()), fresh, ttl);
  }

  private static KeySet parse(byte[] body) {
    try {
      return KeySetParser.parse(body);
    } catch (KeySetParser.Refused e) {
      throw new KeysRefused("the set is refused: " + e.getMessage());
    }
  }

  private CompletableFuture<HttpResponse<byte[]>> get(URI address, @Nullable String etag) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .header("Accept", "application/jwk-set+json, application/json");
    if (etag != null) {
      request.header("If-None-Match", etag);
    }
    return client.send(request, KeySetParser.MAX_BYTES);
  }

  private static long ttl(HttpHeaders headers) {
    String control = String.join(",", headers.allValues("Cache-Control")).toLowerCase(Locale.ROOT);
    Matcher matcher = MAX_AGE.matcher(control);
    return matcher.find()
        ? Math.max(SHORTEST_TTL, Math.min(LONGEST_TTL, Long.parseLong(matcher.group(1)) * SECOND))
        : DEFAULT_TTL;
  }

  private static Throwable cause(Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }
}
