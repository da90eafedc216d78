// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks other servers for JSON: no redirects, bounded size and time. Thread-safe.
 *
 * <p>One for all that the module asks: key sets, discovery, introspection, decisions.
 */
public final class JsonClient {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration HEADERS_TIMEOUT = Duration.ofSeconds(2);
  private static final long WHOLE_TIMEOUT_SECONDS = 4;

  private final Supplier<HttpClient> client;

  private JsonClient(Supplier<HttpClient> client) {
    this.client = client;
  }

  /** A client whose connections are made when it is first used. */
  public static JsonClient lazy() {
    return new JsonClient(
        new Supplier<>() {
          private @Nullable HttpClient client;

          @Override
          public synchronized HttpClient get() {
            HttpClient known = client;
            if (known == null) {
              known =
                  HttpClient.newBuilder()
                      .version(HttpClient.Version.HTTP_1_1)
                      .followRedirects(HttpClient.Redirect.NEVER)
                      .connectTimeout(CONNECT_TIMEOUT)
                      .build();
              client = known;
            }
            return known;
          }
        });
  }

  /** Whether what an address says may be trusted: it is over TLS, or this very machine. */
  public static boolean isSafe(URI uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    String host = uri.getHost();
    if (host == null) {
      return false;
    }
    boolean loopback =
        host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
    return scheme.equals("https") || (scheme.equals("http") && loopback);
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
        client
            .get()
            .sendAsync(request.timeout(HEADERS_TIMEOUT).build(), info -> new LimitedBody(limit));
    return exchange
        .copy()
        .orTimeout(WHOLE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
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
    String type = response.headers().firstValue("Content-Type").orElse("nothing");
    if (!type.toLowerCase(Locale.ROOT).matches("application/(?:[a-z0-9.+-]+\\+)?json\\b.*")) {
      throw new FetchFailed(
          response.uri() + " answered with " + type + " (expected: application/json)");
    }
  }
}
