// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.outgoing;

import dev.flyball.Time;
import dev.flyball.auth.internal.http.FetchFailed;
import dev.flyball.auth.internal.http.JsonClient;
import dev.flyball.auth.internal.jose.StrictJson;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks one token endpoint for tokens: client credentials (RFC 6749, section 4.4) and token exchange
 * (RFC 8693).
 */
final class TokenClient {

  private static final String GRANT_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
  private static final String JWT = "urn:ietf:params:oauth:token-type:jwt";

  private static final StrictJson DOCUMENT = new StrictJson(8, 200);
  private static final int MAX_BYTES = 64 * 1024;
  private static final int MAX_TOKEN = 16 * 1024;
  private static final long USUAL_SECONDS = 60;
  private static final long LONGEST_SECONDS = 86_400;

  /** RFC 6750, section 2.1: nothing that could end a header. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private static final Pattern ERROR = Pattern.compile("[a-z_]{1,40}");

  private final URI endpoint;
  private final String clientId;
  private final @Nullable String secret;
  private final @Nullable String audience;
  private final List<String> scopes;
  private final JsonClient client;
  private final Time time;

  TokenClient(
      URI endpoint,
      String clientId,
      @Nullable String secret,
      @Nullable String audience,
      List<String> scopes,
      JsonClient client,
      Time time) {
    this.endpoint = endpoint;
    this.clientId = clientId;
    this.secret = secret;
    this.audience = audience;
    this.scopes = scopes;
    this.client = client;
    this.time = time;
  }

  /** Asks for a token of the service itself. */
  CompletableFuture<IssuedToken> own() {
    Map<String, String> form = form("client_credentials");
    return ask(form);
  }

  /** Asks for a token of a caller that is good for the audience alone. */
  CompletableFuture<IssuedToken> exchange(String subject) {
    Map<String, String> form = form(GRANT_EXCHANGE);
    form.put("subject_token", subject);
    form.put("subject_token_type", ACCESS_TOKEN);
    form.put("requested_token_type", ACCESS_TOKEN);
    return ask(form);
  }

  private Map<String, String> form(String grant) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", grant);
    if (audience != null) {
      form.put("audience", audience);
    }
    if (!scopes.isEmpty()) {
      form.put("scope", String.join(" ", scopes));
    }
    if (secret == null) {
      form.put("client_id", clientId);
    }
    return form;
  }

  private CompletableFuture<IssuedToken> ask(Map<String, String> form) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint)
            .header("Accept", "application/json")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(encoded(form)));
    if (secret != null) {
      request.header("Authorization", "Basic " + basic(clientId, secret));
    }
    long asked = time.nanoTime();
    return client.send(request, MAX_BYTES).thenApply(response -> issued(response, asked));
  }

  private static String encoded(Map<String, String> form) {
    StringBuilder text = new StringBuilder();
    form.forEach((name, value) ->
        text.append(text.length() == 0 ? "" : "&").append(name).append('=').append(encoded(value)));
    return text.toString();
  }

  /** RFC 6749, section 2.3.1: both are encoded as in a form first. */
  private static String basic(String id, String secret) {
    String pair = encoded(id) + ":" + encoded(secret);
    return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private IssuedToken issued(HttpResponse<byte[]> response, long asked) {
    if (response.statusCode() != 200) {
      throw new FetchFailed(
          endpoint + " answered " + response.statusCode() + error(response) + " (expected: 200)");
    }
    JsonClient.requireJson(response);
    Map<String, Object> document;
    try {
      document = DOCUMENT.object(response.body());
    } catch (StrictJson.Malformed e) {
      throw new FetchFailed(endpoint + " answered with what is " + e.getMessage());
    }
    return issued(document, asked);
  }

  private IssuedToken issued(Map<String, Object> document, long asked) {
    if (!(document.get("access_token") instanceof String token)
        || token.length() > MAX_TOKEN
        || !TOKEN.matcher(token).matches()) {
      throw new FetchFailed(endpoint + " gave no usable access_token");
    }
    if (!(document.get("token_type") instanceof String type) || !type.equalsIgnoreCase("Bearer")) {
      throw new FetchFailed(
          endpoint + " gave a token of type " + document.get("token_type") + " (expected: Bearer)");
    }
    Object kind = document.getOrDefault("issued_token_type", ACCESS_TOKEN);
    if (!kind.equals(ACCESS_TOKEN) && !kind.equals(JWT)) {
      throw new FetchFailed(endpoint + " gave a " + kind + " (expected: " + ACCESS_TOKEN + ")");
    }
    requireAudience(token);
    return IssuedToken.of(token, lifetime(document.get("expires_in")), asked);
  }

  private long lifetime(@Nullable Object seconds) {
    if (seconds == null) {
      return USUAL_SECONDS;
    }
    if (seconds instanceof Long number && number > 0) {
      return Math.min(number, LONGEST_SECONDS);
    }
    throw new FetchFailed(endpoint + " gave expires_in " + seconds + " (expected: seconds)");
  }

  /**
   * An issuer that does not know the parameter gives a token that is good for others too. Of an
   * opaque token this cannot be told.
   */
  private void requireAudience(String token) {
    Object aud = audience == null ? null : audienceIn(token);
    if (aud == null) {
      return;
    }
    boolean fits =
        aud.equals(audience)
            || (aud instanceof Collection<?> all && all.size() == 1 && all.contains(audience));
    if (!fits) {
      throw new FetchFailed(
          endpoint + " gave a token for " + aud + " (expected: for " + audience + " alone)");
    }
  }

  private static @Nullable Object audienceIn(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return null;
    }
    try {
      return DOCUMENT.object(Base64.getUrlDecoder().decode(parts[1])).get("aud");
    } catch (StrictJson.Malformed | IllegalArgumentException e) {
      return null;
    }
  }

  private static String error(HttpResponse<byte[]> response) {
    try {
      Object error = DOCUMENT.object(response.body()).get("error");
      return error instanceof String text && ERROR.matcher(text).matches() ? " " + text : "";
    } catch (StrictJson.Malformed e) {
      return "";
    }
  }
}
