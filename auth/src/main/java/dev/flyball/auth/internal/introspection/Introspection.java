// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.introspection;

import dev.flyball.auth.internal.http.FetchFailed;
import dev.flyball.auth.internal.http.JsonClient;
import dev.flyball.auth.internal.jose.Claims;
import dev.flyball.auth.internal.jose.StrictJson;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Asks an issuer what a token means (RFC 7662). Only a clear yes is one; whatever is no answer at
 * all is a failure, never a no. Thread-safe.
 */
public final class Introspection {

  /**
   * What the issuer has said.
   *
   * @param claims what an active token says; null for one that is not active
   */
  public record Answer(@Nullable Claims claims) {}

  private static final int MAX_BYTES = 64 * 1024;
  private static final int MAX_OPEN = 64;
  private static final StrictJson ANSWER = new StrictJson(8, 128);

  private final URI address;
  private final String authorization;
  private final Duration timeout;
  private final JsonClient client;
  private final AtomicInteger open = new AtomicInteger();

  /** The questions that are open, by the token. */
  private final ConcurrentMap<String, CompletableFuture<Answer>> questions =
      new ConcurrentHashMap<>();

  /**
   * Someone to ask.
   *
   * @param address of the endpoint
   * @param clientId who asks
   * @param clientSecret proves it, by HTTP Basic
   * @param timeout how long an answer is waited for
   */
  public Introspection(
      URI address, String clientId, String clientSecret, Duration timeout, JsonClient client) {
    this.address = address;
    this.authorization = basic(clientId, clientSecret);
    this.timeout = timeout;
    this.client = client;
  }

  /**
   * Asks about one token. Whoever wants to know the same meanwhile gets the same answer.
   *
   * @return what the issuer says; fails with {@link FetchFailed}, among others, where it does not;
   *     null where so many questions are open that it is not asked. Not to be completed by the
   *     caller
   */
  public @Nullable CompletableFuture<Answer> ask(String token) {
    CompletableFuture<Answer> running = questions.get(token);
    if (running != null) {
      return running;
    }
    if (open.incrementAndGet() > MAX_OPEN) {
      open.decrementAndGet();
      return null;
    }
    CompletableFuture<Answer> asked = new CompletableFuture<>();
    running = questions.putIfAbsent(token, asked);
    if (running != null) {
      open.decrementAndGet();
      return running;
    }
    ask(token, asked);
    return asked;
  }

  private void ask(String token, CompletableFuture<Answer> asked) {
    CompletableFuture<Answer> answered =
        send(token)
            .whenComplete((response, error) -> open.decrementAndGet())
            .thenApply(Introspection::read)
            .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    answered.whenComplete((answer, error) -> {
      questions.remove(token, asked); // before anybody hears, as no answer is for later
      if (error != null) {
        asked.completeExceptionally(error);
      } else {
        asked.complete(answer);
      }
    });
  }

  /** Where the question goes, for messages. */
  public String place() {
    return address.toString();
  }

  private CompletableFuture<HttpResponse<byte[]>> send(String token) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .header("Accept", "application/json")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Authorization", authorization)
            .POST(
                BodyPublishers.ofString(
                    "token=" + encode(token) + "&token_type_hint=access_token"));
    try {
      return client.send(request, MAX_BYTES);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** The truth value true is a yes; a text that reads so is not. */
  private static Answer read(HttpResponse<byte[]> response) {
    JsonClient.requireJson(response);
    try {
      Map<String, Object> members = ANSWER.object(response.body());
      return new Answer(Boolean.TRUE.equals(members.get("active")) ? new Claims(members) : null);
    } catch (StrictJson.Malformed e) {
      throw new FetchFailed(response.uri() + " answered with malformed JSON: " + e.getMessage());
    }
  }

  /** Id and secret are encoded as in a form first (RFC 6749, section 2.3.1). */
  private static String basic(String clientId, String clientSecret) {
    String pair = encode(clientId) + ":" + encode(clientSecret);
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
