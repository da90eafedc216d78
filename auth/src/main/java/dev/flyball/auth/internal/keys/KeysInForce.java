// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.keys;

import dev.flyball.Event;
import dev.flyball.Setup;
import dev.flyball.Time;
import dev.flyball.auth.internal.http.FetchFailed;
import dev.flyball.auth.internal.jose.KeySet;
import dev.flyball.auth.internal.keys.KeyFetcher.Fetched;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The set that is in force, and what operators are told of it: each change once, each outage once.
 *
 * <p>Read by any thread; changed by one at a time.
 */
final class KeysInForce implements DoubleSupplier {

  private final String issuer;
  private final KeyFetcher fetcher;
  private final Setup setup;
  private final Time time;
  private final long staleLimit;
  private final KeyMeters meters;
  private volatile KeySet current = KeySet.EMPTY;
  private volatile @Nullable String etag;
  private volatile long read;
  private volatile boolean wasRead;
  private volatile @Nullable Trouble trouble;

  /**
   * Why the last attempt has brought nothing.
   *
   * @param refused whether something came that is not to be trusted
   * @param reason for operators
   */
  private record Trouble(boolean refused, String reason) {

    String event() {
      return refused ? "auth.keys.refused" : "auth.keys.refresh-failed";
    }
  }

  KeysInForce(String issuer, KeyFetcher fetcher, Setup setup, long staleLimit) {
    this.issuer = issuer;
    this.fetcher = fetcher;
    this.setup = setup;
    this.time = setup.time();
    this.staleLimit = staleLimit;
    this.meters = new KeyMeters(issuer, setup.meters(), this);
  }

  KeySet current() {
    return current;
  }

  /** The validator of the set; null where there is no set to keep. */
  @Nullable String etag() {
    return current.isEmpty() ? null : etag;
  }

  /** When the set was read, or found to be the same. */
  long read() {
    return read;
  }

  /** Whether there ever was a set. */
  boolean wasRead() {
    return wasRead;
  }

  boolean isInTrouble() {
    return trouble != null;
  }

  /** Whether nobody answered at the last attempt; an answer that was refused is one. */
  boolean isUnreachable() {
    Trouble known = trouble;
    return known != null && !known.refused() && fetcher.isRemote();
  }

  /** How long the set may still serve; the longest time where there is none. */
  long remaining() {
    return current.isEmpty() ? Long.MAX_VALUE : staleLimit - (time.nanoTime() - read);
  }

  /** The age of the set in seconds; NaN where there is none, or where it does not age. */
  @Override
  public double getAsDouble() {
    return current.isEmpty() || !fetcher.isChanging() ? Double.NaN : (time.nanoTime() - read) / 1e9;
  }

  // ---- what comes

  void take(Fetched fetched) {
    KeySet before = current;
    KeySet next = fetched.set() == null ? before : fetched.set();
    boolean changed = !next.isSameAs(before);
    read = time.nanoTime();
    wasRead = true;
    etag = fetched.etag();
    current = next;
    boolean recovered = trouble != null;
    trouble = null;
    meters.refreshed(changed ? "changed" : "unchanged");
    if (changed) {
      tellChange(before, next);
    } else if (recovered) {
      tell(Event.info("auth.keys.recovered", "the keys of issuer " + issuer + " are read again"));
    }
    tellDropped(before, next);
  }

  private void tellChange(KeySet before, KeySet next) {
    Event event =
        Event.info("auth.keys.refreshed", "the keys of issuer " + issuer + " are new")
            .with("flyball.auth.keys", next.size());
    tell(
        next.dropped().isEmpty()
            ? event
            : event.with("flyball.auth.keys_dropped", String.join("; ", next.dropped())));
    List<String> removed = before.missingIn(next);
    if (!removed.isEmpty()) {
      meters.removed(removed.size());
      tell(
          Event.info(
                  "auth.keys.removed",
                  "issuer " + issuer + " has taken keys back, and their tokens are refused")
              .with("flyball.auth.keys_removed", String.join("; ", removed)));
    }
  }

  /** A weak key is an alarm; one for something else is what many issuers publish. */
  private void tellDropped(KeySet before, KeySet next) {
    List<String> dropped = without(next.dropped(), before.dropped());
    if (!dropped.isEmpty()) {
      meters.dropped(dropped.size());
    }
    List<String> weak = without(next.weak(), before.weak());
    if (!weak.isEmpty()) {
      tell(
          Event.warn(
                  "auth.keys.weak",
                  "issuer " + issuer + " publishes keys that must not be used; they are left out")
              .with("flyball.auth.keys_dropped", String.join("; ", weak)));
    }
  }

  private static List<String> without(List<String> all, List<String> some) {
    if (all.isEmpty()) {
      return all;
    }
    List<String> rest = new ArrayList<>(all);
    rest.removeAll(some);
    return rest;
  }

  // ---- what does not come

  /** Nobody was asked; what was wrong before still is. */
  void suppressed() {
    meters.refreshed("suppressed");
    giveUpWhatIsTooOld();
  }

  /** There is no circuit breaker, which is told once. */
  void unguarded(Throwable error) {
    if (trouble == null) {
      tell(
          Event.warn(
                  "auth.keys.unguarded",
                  "Resilience4j cannot be used, so fetches go without a circuit breaker: import"
                      + " flyball-bom")
              .with("flyball.reason", String.valueOf(error)));
    }
  }

  /** The last good set stays; each kind of trouble is told once. */
  void fail(Throwable error) {
    boolean refused = error instanceof KeysRefused;
    meters.refreshed(refused ? "refused" : "failed");
    giveUpWhatIsTooOld();
    Trouble before = trouble;
    Trouble now = new Trouble(refused, reason(error));
    trouble = now;
    if (before == null || before.refused() != refused) {
      tellTrouble(now);
    }
  }

  private void tellTrouble(Trouble now) {
    boolean refused = now.refused();
    String effect = current.isEmpty() ? "no token can be checked" : "the known keys serve on";
    String what = refused ? " are not to be trusted; " : " cannot be read; ";
    String message = "the keys of issuer " + issuer + what + effect;
    Event event = refused ? Event.error(now.event(), message) : Event.warn(now.event(), message);
    tell(event.with("flyball.place", fetcher.place()).with("flyball.reason", now.reason()));
  }

  private void giveUpWhatIsTooOld() {
    if (remaining() <= 0) {
      current = KeySet.EMPTY;
      tell(
          Event.error(
              "auth.keys.expired",
              "the keys of issuer "
                  + issuer
                  + " are too old to be used (flyball.auth.keys.stale-limit);"
                  + " no token can be checked"));
    }
  }

  private static String reason(Throwable error) {
    boolean ours = error instanceof KeysRefused || error instanceof FetchFailed;
    return ours ? String.valueOf(error.getMessage()) : String.valueOf(error);
  }

  private void tell(Event event) {
    setup.publish(event.with("flyball.issuer", issuer));
  }
}
