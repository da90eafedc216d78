// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that were verified, found by the tail of their signature and compared in full.
 *
 * <p>The key is the whole value of the header, byte for byte, so that nothing is served but for the
 * very token that was verified; hashing all of it would cost more than the rest of a hit. Two
 * places for each tail; a newcomer takes the free, stale or less recent one, and where all of them
 * together take too much memory, others in turn make room: it is bounded whatever comes.
 * Thread-safe.
 */
final class TokenCache {

  private static final int TAIL = 12;
  private static final int LONGEST = 4 * 1024;

  private record Entry(
      String header, VerifiedToken token, long verifiedSeconds, long untilSeconds, long bytes) {}

  private final AtomicReferenceArray<@Nullable Entry> table;
  private final int mask;
  private final long maxBytes;
  private final long maxAgeSeconds;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger hand = new AtomicInteger();

  /**
   * A cache for some tokens.
   *
   * @param size rounded up to a power of two; 0 for a cache that keeps nothing
   * @param maxBytes how much memory they may take
   * @param maxAgeSeconds after which a token is verified again
   */
  TokenCache(int size, long maxBytes, long maxAgeSeconds) {
    int places = size == 0 ? 0 : Integer.highestOneBit(Math.max(2, 2 * size - 1));
    this.table = new AtomicReferenceArray<>(places);
    this.mask = places - 1;
    this.maxBytes = maxBytes;
    this.maxAgeSeconds = maxAgeSeconds;
  }

  @Nullable VerifiedToken find(String header, long nowSeconds) {
    Entry entry = entry(header);
    return entry != null && isFresh(entry, nowSeconds) ? entry.token() : null;
  }

  /** A token that was verified some time, and may have to be verified again before it counts. */
  @Nullable VerifiedToken findStale(String header) {
    Entry entry = entry(header);
    return entry == null ? null : entry.token();
  }

  private @Nullable Entry entry(String header) {
    if (mask < 0) {
      return null;
    }
    int place = place(header);
    Entry entry = table.get(place);
    if (entry == null || !entry.header().equals(header)) {
      entry = table.get(place ^ 1);
    }
    return entry != null && entry.header().equals(header) ? entry : null;
  }

  void keep(String header, VerifiedToken token, long nowSeconds) {
    keep(header, token, nowSeconds, maxAgeSeconds);
  }

  /** Keeps a token for a time of its own, which cannot be longer than that of all. */
  void keep(String header, VerifiedToken token, long nowSeconds, long ageSeconds) {
    if (mask < 0 || header.length() > LONGEST || ageSeconds <= 0) {
      return;
    }
    long size = Footprint.of(header, token.principal());
    if (size > maxBytes) {
      return;
    }
    long until = nowSeconds + Math.min(ageSeconds, maxAgeSeconds);
    put(place(header), new Entry(header, token, nowSeconds, until, size));
    makeRoom();
  }

  private void put(int place, Entry entry) {
    Entry first = table.get(place);
    Entry second = table.get(place ^ 1);
    boolean takeFirst =
        first == null
            || first.header().equals(entry.header())
            || !isFresh(first, entry.verifiedSeconds())
            || (second != null && first.verifiedSeconds() < second.verifiedSeconds());
    Entry before = table.getAndSet(takeFirst ? place : place ^ 1, entry);
    bytes.addAndGet(entry.bytes() - (before == null ? 0 : before.bytes()));
  }

  /** One round at most: by then everything has gone. */
  private void makeRoom() {
    for (int i = 0; i <= mask && bytes.get() > maxBytes; i++) {
      Entry evicted = table.getAndSet(hand.getAndIncrement() & mask, null);
      if (evicted != null) {
        bytes.addAndGet(-evicted.bytes());
      }
    }
  }

  /** Forgets a token that has turned out to be worth nothing any more. */
  void forget(String header) {
    if (mask < 0) {
      return;
    }
    int place = place(header);
    for (int each : new int[] {place, place ^ 1}) {
      Entry entry = table.get(each);
      boolean known = entry != null && entry.header().equals(header);
      if (known && table.compareAndSet(each, entry, null)) {
        bytes.addAndGet(-entry.bytes());
      }
    }
  }

  /** How much memory all of them take, counted high. */
  long bytes() {
    return bytes.get();
  }

  int size() {
    int used = 0;
    for (int i = 0; i <= mask; i++) {
      used += table.get(i) == null ? 0 : 1;
    }
    return used;
  }

  /** A clock that was set back makes every entry stale rather than fresh for too long. */
  private static boolean isFresh(Entry entry, long nowSeconds) {
    return nowSeconds >= entry.verifiedSeconds() && nowSeconds < entry.untilSeconds();
  }

  private int place(String header) {
    int hash = 0;
    for (int i = Math.max(0, header.length() - TAIL); i < header.length(); i++) {
      hash = 31 * hash + header.charAt(i);
    }
    hash *= 0x9E3779B9;
    return (hash ^ hash >>> 16) & mask;
  }
}
