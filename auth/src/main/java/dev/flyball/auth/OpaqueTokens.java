// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Event;
import dev.flyball.HealthCheck;
import dev.flyball.Setup;
import dev.flyball.Time;
import dev.flyball.auth.internal.http.FetchFailed;
import dev.flyball.auth.internal.http.JsonClient;
import dev.flyball.auth.internal.introspection.Introspection;
import dev.flyball.settings.Setting;
import dev.flyball.settings.StartupProblem;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tokens that are no JWT, of the one issuer that is asked what they mean. Thread-safe. */
final class OpaqueTokens implements HealthCheck {

  /**
   * What a question has come to.
   *
   * @param answer null where there is none
   * @param refusal why there is none
   */
  record Reply(Introspection.@Nullable Answer answer, String refusal) {}

  private static final int MOST_DOTS = 1;
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final Reply BUSY = new Reply(null, "introspection_busy");
  private static final Reply UNAVAILABLE = new Reply(null, "introspection_unavailable");

  private final Issuer issuer;
  private final Introspection introspection;
  private final long ttlSeconds;
  private final Consumer<Event> events;
  private final Time time;
  private final AtomicLong nextEvent;
  private final AtomicBoolean told = new AtomicBoolean();
  private volatile boolean failing;

  private OpaqueTokens(Issuer issuer, Introspection introspection, long ttlSeconds, Setup setup) {
    this.issuer = issuer;
    this.introspection = introspection;
    this.ttlSeconds = ttlSeconds;
    this.events = setup::publish;
    this.time = setup.time();
    this.nextEvent = new AtomicLong(time.nanoTime());
  }

  /** Those of an issuer, as its settings say; null where they say nothing, or something wrong. */
  static @Nullable OpaqueTokens of(
      IssuerOptions options, Issuer issuer, Setup setup, JsonClient client) {
    URI address = options.find(AuthSettings.INTROSPECTION_URL);
    if (address == null) {
      return null;
    }
    String id = options.find(AuthSettings.INTROSPECTION_CLIENT);
    String secret = options.find(AuthSettings.INTROSPECTION_SECRET);
    if (!JsonClient.isSafe(address)) {
      problem(
          options,
          setup,
          " is " + address + " (expected: an https:// address)",
          "tokens that go over plain HTTP are everybody's; only loopback is exempt");
      return null;
    }
    if (id == null || secret == null) {
      problem(
          options,
          setup,
          " is there without client-id and client-secret",
          "register this service with the issuer as a client that may ask, and add both");
      return null;
    }
    Introspection introspection =
        new Introspection(
            address, id, secret, options.get(AuthSettings.INTROSPECTION_TIMEOUT), client);
    long ttl = options.get(AuthSettings.INTROSPECTION_TTL).toSeconds();
    OpaqueTokens tokens = new OpaqueTokens(issuer, introspection, ttl, setup);
    setup.healthCheck(tokens);
    return tokens;
  }

  private static void problem(IssuerOptions options, Setup setup, String what, String hint) {
    Setting<URI> setting = AuthSettings.INTROSPECTION_URL.named(options.name());
    setup.problem(
        new StartupProblem(
            setting.key() + what, setup.settings().explain(setting).origin().place(), hint));
  }

  /**
   * Whether a token may be asked about: its characters are those of RFC 6750, section 2.1, and it
   * has not the dots of a JWT, so that no JWT ever leaves the service.
   */
  static boolean isOpaque(String header, int from) {
    int dots = 0;
    int end = header.length();
    while (end > from && header.charAt(end - 1) == '=') {
      end--;
    }
    for (int i = from; i < end; i++) {
      char c = header.charAt(i);
      dots += c == '.' ? 1 : 0;
      boolean letterOrDigit =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letterOrDigit && "-._~+/".indexOf(c) < 0) {
        return false;
      }
    }
    return end > from && dots <= MOST_DOTS;
  }

  Issuer issuer() {
    return issuer;
  }

  /** How long the answer is good: never beyond the end of the token. */
  long keptSeconds(VerifiedToken token, long nowSeconds) {
    return Math.min(ttlSeconds, token.expires() - nowSeconds);
  }

  /** Asks; never fails. */
  CompletionStage<Reply> ask(String token) {
    CompletableFuture<Introspection.Answer> asked = introspection.ask(token);
    if (asked == null) {
      return CompletableFuture.completedFuture(BUSY);
    }
    return asked.handle((answer, error) -> {
      if (error != null) {
        failed(error);
        return UNAVAILABLE;
      }
      recovered();
      return new Reply(answer, "");
    });
  }

  /** Told now and then only: strangers may be able to have questions fail, one after another. */
  private void failed(Throwable error) {
    failing = true;
    long now = time.nanoTime();
    long next = nextEvent.get();
    if (told.get() || now - next < 0 || !nextEvent.compareAndSet(next, now + QUIET_NANOS)) {
      return;
    }
    told.set(true);
    events.accept(
        Event.warn(
                "auth.introspection.failed",
                "issuer "
                    + issuer.name()
                    + " does not say what its tokens mean; those that are not known are refused")
            .with("flyball.issuer", issuer.name())
            .with("flyball.place", introspection.place())
            .with("flyball.reason", describe(error)));
  }

  private void recovered() {
    if (failing) {
      failing = false;
    }
    if (told.get() && told.compareAndSet(true, false)) {
      events.accept(
          Event.info(
                  "auth.introspection.recovered",
                  "issuer " + issuer.name() + " says again what its tokens mean")
              .with("flyball.issuer", issuer.name()));
    }
  }

  private static String describe(Throwable error) {
    Throwable cause = error;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof TimeoutException) {
      return "no answer in time";
    }
    return cause instanceof FetchFailed
        ? String.valueOf(cause.getMessage())
        : String.valueOf(cause);
  }

  @Override
  public String name() {
    return "auth-introspection-" + issuer.name();
  }

  @Override
  public CompletionStage<Result> check() {
    return CompletableFuture.completedFuture(
        failing
            ? new Result(Status.DEGRADED, "the last question was not answered")
            : new Result(Status.UP, "no question was left without an answer"));
  }
}
