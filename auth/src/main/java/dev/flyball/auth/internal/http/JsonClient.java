// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.http;

import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks other servers for JSON: no redirects, bounded size and time. Thread-safe.
 *
 * <p>One for all that the module asks: key sets, discovery, introspection, decisions.
 */
public final class JsonClient {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final Duration connectTimeout;
  private final Duration wholeTimeout;
  private final @Nullable ProxySelector proxy;
  private final @Nullable SSLContext trust;
  private @Nullable HttpClient client;

  /**
   * A client whose connections are made when it is first used.
   *
   * @param connectTimeout how long a connection may take
   * @param timeout how long the whole answer may take after that
   * @param proxy null for that of the JDK
   * @param trust null for the certificates of the JDK
   */
  JsonClient(
      Duration connectTimeout,
      Duration timeout,
      @Nullable ProxySelector proxy,
      @Nullable SSLContext trust) {
    this.connectTimeout = connectTimeout;
    this.wholeTimeout = connectTimeout.plus(timeout);
    this.proxy = proxy;
    this.trust = trust;
  }

  /** A client as the defaults of the settings are. */
  public static JsonClient lazy() {
    return new JsonClient(CONNECT_TIMEOUT, TIMEOUT, null, null);
  }

  private synchronized HttpClient client() {
    HttpClient known = client;
    if (known == null) {
      known = build();
      client = known;
    }
    return known;
  }

  private HttpClient build() {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(connectTimeout);
    if (proxy != null) {
      builder.proxy(proxy);
    }
    if (trust != null) {
      builder.sslContext(trust);
    }
    return builder.build();
  }

  /** Whether what an address says may be trusted: it is over TLS, or this very machine. */
  public static boolean isSafe(URI uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    return uri.getHost() != null
        && (scheme.equals("https") || (scheme.equals("http") && isLoopback(uri)));
  }

  static boolean isLoopback(URI uri) {
    String host = String.valueOf(uri.getHost());
    return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
  }

  /**
   * Sends a request, whatever the answer is.
   *
   * @param request without a time limit of its own
   * @param limit how many bytes the answer may have
   * @return fails where no answer comes in time, or too long a one
   */
  public CompletableFuture<HttpResponse<byte[]>> send(HttpRequest.Builder request, int limit) {
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client().sendAsync(request.timeout(wholeTimeout).build(), info -> new LimitedBody(limit));
    return exchange
        .copy()
        .orTimeout(wholeTimeout.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((response, error) -> exchange.cancel(true));
  }

  /**
   * Checks that an answer is 200 and JSON.
   *
   * @throws FetchFailed if it is not
   */
  public static void requireJson(HttpResponse<byte[]> response) {
    if (response.statusCode() != 200) {
      throw new FetchFailed(
          response.uri() + " answered " + response.statusCode() + " (expected: 200)");
    }
    String encoding = response.headers().firstValue("Content-Encoding").orElse("identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      throw new FetchFailed(
          response.uri()
              + " answered in "
              + encoding
              + " (expected: what was asked for, as it is)");
    }
    String type = response.headers().firstValue("Content-Type").orElse("nothing");
    if (!type.toLowerCase(Locale.ROOT).matches("application/(?:[a-z0-9.+-]+\\+)?json\\b.*")) {
      throw new FetchFailed(
          response.uri() + " answered with " + type + " (expected: application/json)");
    }
  }
}
