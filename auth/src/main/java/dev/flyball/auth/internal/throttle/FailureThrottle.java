// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.throttle;

import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Event;
import dev.flyball.Finding;
import dev.flyball.IpBlocks;
import dev.flyball.Meters.Counter;
import dev.flyball.Problem;
import dev.flyball.Setup;
import dev.flyball.Stage;
import dev.flyball.auth.internal.throttle.ThrottleSettings.Reset;
import dev.flyball.settings.Settings;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Refuses credentials unseen from peers that have presented too many bad ones lately.
 *
 * <p>While nobody is over the limit a call costs one read. The table of peers is made with the
 * first failure. A peer is whom the service sees past its trusted proxies; headers of anybody else
 * do not count. Thread-safe.
 */
public final class FailureThrottle {

  /** The rule that refuses. */
  static final String RULE = "auth-throttle";

  /** Refusals of what was a good credential once, or is part of how clients learn what to send. */
  private static final Set<String> NO_GUESSES =
      Set.of("expired", "not_yet_valid", "key_removed", "revoked", "key_revoked", "use_dpop_nonce");

  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final int limit;
  private final long window;
  private final boolean resets;
  private final IpBlocks exempt;
  private final Setup setup;
  private final Counter refused;
  private final Counter peers;

  /** Until when some peer is over the limit. */
  private final AtomicLong overUntil;

  private final AtomicLong nextEvent;
  private final AtomicLong untold = new AtomicLong();
  private volatile @Nullable FailureTable table;

  /** A throttle as the settings want it. */
  public FailureThrottle(Setup setup) {
    Settings settings = setup.settings();
    this.setup = setup;
    this.limit = Objects.requireNonNull(settings.get(ThrottleSettings.FAILURES));
    this.window = nanos(settings.get(ThrottleSettings.WINDOW));
    this.resets = settings.get(ThrottleSettings.RESET) == Reset.SUCCESS;
    this.exempt = IpBlocks.of(Objects.requireNonNull(settings.get(ThrottleSettings.EXEMPT)));
    long now = setup.time().nanoTime();
    this.overUntil = new AtomicLong(now);
    this.nextEvent = new AtomicLong(now);
    this.refused =
        setup
            .meters()
            .counter(
                "flyball.auth.throttle.refused",
                "{call}",
                "Calls whose credential was not looked at.")
            .with();
    this.peers =
        setup
            .meters()
            .counter(
                "flyball.auth.throttle.peers",
                "{peer}",
                "Peers that have presented too many bad credentials, once in each window.")
            .with();
    if (limit == 0) {
      setup.finding(
          new Finding(
              ThrottleSettings.OFF,
              "bad credentials are not throttled",
              settings.explain(ThrottleSettings.FAILURES).origin().place(),
              "set flyball.auth.throttle.failures=10"));
    }
  }

  /**
   * The stages in which credentials are looked at, and throttled.
   *
   * @param authenticate compares credentials
   */
  public List<Stage> around(Compares authenticate) {
    return limit == 0
        ? List.of(authenticate)
        : List.of(new ThrottleStage(this, authenticate), new CountingStage(authenticate, this));
  }

  /** Decides whether the credential of a call is looked at. */
  Decision decide(Call call, Compares credentials) {
    long now = call.startNanos();
    return now - overUntil.get() >= 0 ? Decision.proceed() : decide(call, credentials, now);
  }

  private Decision decide(Call call, Compares credentials, long now) {
    FailureTable known = table;
    long peer = Peer.of(call.clientAddress());
    long left = known == null || peer == Peer.UNKNOWN ? 0 : known.overFor(peer, now);
    if (left <= 0 || credentials.hasNothingToCompare(call)) {
      return Decision.proceed();
    }
    refused.increment();
    return Decision.refuse(problem(left), RULE, "throttled");
  }

  private static Problem problem(long nanos) {
    long seconds = Math.max(1, (nanos + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND);
    return Problem.of(
            Problem.Kind.THROTTLED, "too many credentials that are not valid; try again later")
        .withHeader("Retry-After", Long.toString(seconds));
  }

  /** Notes what became of a credential. */
  Decision judged(Call call, Decision decided) {
    if (decided.proceeds()) {
      if (resets) {
        succeeded(call);
      }
    } else if (decided instanceof Decision.Refuse refuse && isGuess(refuse)) {
      failed(call.clientAddress(), call);
    }
    return decided;
  }

  /** Where bad credentials are let through for now, throttling them would refuse them after all. */
  private boolean isGuess(Decision.Refuse refused) {
    return refused.problem().kind() == Problem.Kind.INVALID_TOKEN
        && !NO_GUESSES.contains(refused.reason())
        && !setup.isObserved(refused.rule());
  }

  private void succeeded(Call call) {
    FailureTable known = table;
    if (known != null && call.principal() != null) {
      known.forget(Peer.of(call.clientAddress()));
    }
  }

  private void failed(String address, Call call) {
    long peer = Peer.of(address);
    if (peer == Peer.UNKNOWN || exempt.contains(address) || setup.isTrustedProxy(address)) {
      return;
    }
    long now = setup.time().nanoTime();
    FailureTable failures = table();
    long left = failures.failed(peer, now);
    if (left > 0) {
      over(now + left);
      if (failures.isNews(peer, now)) {
        peers.increment();
        tell(address, call, now);
      }
    }
  }

  private void over(long until) {
    long before = overUntil.get();
    while (until - before > 0 && !overUntil.compareAndSet(before, until)) {
      before = overUntil.get();
    }
  }

  /** One event a second at most, however many peers there are. */
  private void tell(String address, Call call, long now) {
    long next = nextEvent.get();
    if (now - next < 0 || !nextEvent.compareAndSet(next, now + NANOS_PER_SECOND)) {
      untold.incrementAndGet();
      return;
    }
    boolean forwarded =
        call.carrier().header("X-Forwarded-For") != null
            || call.carrier().header("Forwarded") != null;
    Event event =
        Event.warn("auth.throttled", "a peer has presented too many bad credentials")
            .with("client.address", address)
            .with("flyball.peers.untold", untold.getAndSet(0));
    boolean direct = address.equals(call.carrier().peerAddress());
    setup.publish(
        forwarded && direct
            ? event.with(
                "flyball.hint", "if it is a proxy of yours, add it to flyball.proxies.trusted")
            : event);
  }

  private FailureTable table() {
    FailureTable known = table;
    return known != null ? known : newTable();
  }

  private synchronized FailureTable newTable() {
    FailureTable known = table;
    if (known == null) {
      known = new FailureTable(limit, window, new SecureRandom().nextLong());
      table = known;
    }
    return known;
  }

  private static long nanos(@Nullable Duration duration) {
    return Objects.requireNonNull(duration).toNanos();
  }
}
