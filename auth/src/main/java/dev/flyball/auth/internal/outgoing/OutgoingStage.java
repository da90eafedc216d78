// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.outgoing;

import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Event;
import dev.flyball.Meters.Counter;
import dev.flyball.Meters.Family;
import dev.flyball.OutgoingCarrier;
import dev.flyball.Phase;
import dev.flyball.Problem;
import dev.flyball.Setup;
import dev.flyball.Stage;
import dev.flyball.auth.internal.http.JsonClient;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives requests the token that their host is to get, and no host any other.
 *
 * <p>A token leaves over TLS only, or to this very machine, and only where no redirect can carry it
 * on.
 */
final class OutgoingStage implements Stage {

  static final String RULE = "outgoing-token";
  static final String BLIND = "blind-relay";

  private static final String HEADER = CallerCredentials.AUTHORIZATION;
  private static final int MAX_TOKENS = 1_024;

  /** By host and port. */
  private final Map<String, Target> targets;

  private final CallerCredentials credentials;
  private final IssuedTokens tokens;
  private final Setup setup;
  private final Family<Counter> issued;
  private final Set<String> failing = ConcurrentHashMap.newKeySet();

  OutgoingStage(Map<String, Target> targets, CallerCredentials credentials, Setup setup) {
    this.targets = Map.copyOf(targets);
    this.credentials = credentials;
    this.tokens = new IssuedTokens(setup.time(), MAX_TOKENS);
    this.setup = setup;
    this.issued =
        setup
            .meters()
            .counter(
                "flyball.auth.outgoing.tokens",
                "{token}",
                "Tokens that were asked for, for calls that go out.",
                "name",
                "result");
  }

  @Override
  public String id() {
    return RULE;
  }

  @Override
  public Phase phase() {
    return Phase.AUTHENTICATE;
  }

  @Override
  public Decision onStart(Call call) {
    OutgoingCarrier request = Objects.requireNonNull(call.outgoing());
    Call caller = CallerToken.caller(call);
    Target target = targets.get(key(request.host(), request.port()));
    if (target == null) {
      return credentials.areIn(request, caller)
          ? blindRelay(request, "a host in flyball.auth.outgoing.<name>.hosts", "host_not_listed")
          : Decision.proceed();
    }
    if (credentials.areBeside(request, caller)) {
      return blindRelay(request, "nothing but the header that is set for it", "other_header");
    }
    if (!isSafe(request)) {
      return refuse(
          "insecure", "a token for " + target.name() + " is sent over https:// only, not in clear");
    }
    if (request.followsRedirects()) {
      return refuse(
          "redirects",
          "a client that follows redirects gets no token for "
              + target.name()
              + " (expected: HttpClient.Redirect.NEVER)");
    }
    return give(target, request, caller);
  }

  private Decision give(Target target, OutgoingCarrier request, @Nullable Call caller) {
    TokenClient client = target.client();
    if (target.mode() == OutgoingSettings.Mode.CLIENT_CREDENTIALS) {
      return issued(target, "", request, Objects.requireNonNull(client)::own);
    }
    CallerToken token = CallerToken.of(caller);
    if (token == null) {
      return refuse(
          "credential_missing",
          "there is no token of a caller to go to " + target.name() + " with");
    }
    if (client == null) {
      return relay(target, token, request);
    }
    return issued(target, token.value(), request, () -> client.exchange(token.value()));
  }

  private static Decision relay(Target target, CallerToken token, OutgoingCarrier request) {
    if (token.bound()) {
      return refuse(
          "sender_constrained",
          "the token of the caller is bound to a key of the caller, so it is of no use to "
              + target.name()
              + " (expected: mode=exchange)");
    }
    if (!token.isFor(Objects.requireNonNull(target.audience()))) {
      return refuse(
          "audience",
          "the token of the caller is not for "
              + target.audience()
              + ", so it is not relayed to "
              + target.name()
              + " (expected: mode=exchange)");
    }
    request.header(HEADER, "Bearer " + token.value());
    return Decision.proceed();
  }

  private Decision issued(
      Target target,
      String subject,
      OutgoingCarrier request,
      Supplier<CompletableFuture<IssuedToken>> issue) {
    CompletableFuture<IssuedToken> token =
        tokens.get(
            new IssuedTokens.Key(target.name(), subject), () -> watched(target, issue.get()));
    if (token.isDone()) {
      return token.handle((value, error) -> set(target, request, value)).join();
    }
    return Decision.pending(token.handle((value, error) -> set(target, request, value)));
  }

  private static Decision set(Target target, OutgoingCarrier request, @Nullable IssuedToken token) {
    if (token == null) {
      return Decision.refuse(
          Problem.of(
              Problem.Kind.OVERLOADED,
              "token_unavailable",
              "no token for " + target.name() + " can be had now"),
          RULE,
          "token_unavailable");
    }
    request.header(HEADER, "Bearer " + token.value());
    return Decision.proceed();
  }

  /** Counts what is asked for, and tells once that it fails. */
  private CompletableFuture<IssuedToken> watched(
      Target target, CompletableFuture<IssuedToken> asked) {
    return asked.whenComplete((token, error) -> {
      issued.with(target.name(), error == null ? "issued" : "failed").increment();
      if (error == null && failing.remove(target.name())) {
        setup.publish(
            Event.info(
                    "auth.outgoing.recovered", "tokens for " + target.name() + " are given again")
                .with("flyball.name", target.name()));
      } else if (error != null && failing.add(target.name())) {
        Throwable cause = error instanceof CompletionException ? error.getCause() : error;
        setup.publish(
            Event.warn("auth.outgoing.failed", "no tokens for " + target.name() + " are given")
                .with("flyball.name", target.name())
                .with("flyball.reason", String.valueOf(cause)));
      }
    });
  }

  private static Decision blindRelay(OutgoingCarrier request, String expected, String reason) {
    return Decision.refuse(
        Problem.of(
            Problem.Kind.DENIED,
            "the request to "
                + request.host()
                + " carries the credential of the caller (expected: "
                + expected
                + ")"),
        BLIND,
        reason);
  }

  private static Decision refuse(String reason, String detail) {
    return Decision.refuse(Problem.of(Problem.Kind.DENIED, detail), RULE, reason);
  }

  static String key(String host, int port) {
    return host.toLowerCase(Locale.ROOT) + ' ' + port;
  }

  private static boolean isSafe(OutgoingCarrier request) {
    String host = request.host();
    String literal = host.indexOf(':') < 0 ? host : "[" + host + "]";
    try {
      return JsonClient.isSafe(new URI(request.scheme(), literal, null, null));
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
