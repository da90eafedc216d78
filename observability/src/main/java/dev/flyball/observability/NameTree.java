// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What became of the names of earlier lines. A service logs the same few statements again and
 * again: which of their keys clash is found out for the first line of a kind, and then only looked
 * up, key after key.
 *
 * <p>Of limited size; what has no place in it is found out each time. Thread-safe.
 */
final class NameTree {

  /** A key on a line, after certain others and beside certain fields of our own. */
  static final class Place {

    private final int number;
    private final @Nullable Place before;
    private final long own;
    private final @Nullable String asked;
    private final @Nullable Key given;

    /** Places by the hash of the text that was asked for; replaced as a whole. */
    private volatile @Nullable Place[] next = new @Nullable Place[2];

    /** The one that was added first: mostly it is the only one. */
    private volatile @Nullable Place first;

    private int nexts;

    private Place(
        int number, @Nullable Place before, long own, @Nullable String asked, @Nullable Key given) {
      this.number = number;
      this.before = before;
      this.own = own;
      this.asked = asked;
      this.given = given;
    }

    int number() {
      return number;
    }

    /** The place of the key before; null for the beginning of a line. */
    @Nullable Place before() {
      return before;
    }

    /** The fields of our own that stand before all keys. */
    long own() {
      return own;
    }

    /** The key that stands here, which is not the beginning of a line. */
    Key given() {
      return Objects.requireNonNull(given);
    }

    /** Where the key of a text comes to stand after this one; null where that is not known. */
    @SuppressWarnings("ReferenceEquality") // the very text, as it nearly always is
    @Nullable Place next(@Nullable String source) {
      Place usual = first;
      if (usual != null && usual.asked == source) {
        return usual;
      }
      @Nullable Place[] known = next;
      int mask = known.length - 1;
      for (int i = Key.hashOf(source) & mask; ; i = (i + 1) & mask) {
        Place place = known[i];
        if (place == null || Objects.equals(source, place.asked)) {
          return place;
        }
      }
    }

    private void add(Place place) {
      @Nullable Place[] more = new @Nullable Place[Integer.highestOneBit(++nexts) * 4];
      for (Place known : next) {
        if (known != null) {
          put(more, known);
        }
      }
      put(more, place);
      next = more;
      if (nexts == 1) {
        first = place;
      }
    }

    private static void put(@Nullable Place[] places, Place place) {
      int mask = places.length - 1;
      int i = Key.hashOf(place.asked) & mask;
      while (places[i] != null) {
        i = (i + 1) & mask;
      }
      places[i] = place;
    }
  }

  private static final int MAX_PLACES = 1_024;
  private static final int MAX_BEGINNINGS = 16;

  private final AtomicReferenceArray<@Nullable Place> places =
      new AtomicReferenceArray<>(MAX_PLACES);
  private int used;

  /** The place of a number that this tree has given. */
  @Nullable Place get(int number) {
    return places.getPlain(number);
  }

  /** The beginning of lines that have these fields of our own; null where there is no room. */
  @Nullable Place beginning(long own) {
    for (int i = 0; i < MAX_BEGINNINGS; i++) {
      Place place = places.get(i);
      if (place == null) {
        return begin(own);
      }
      if (place.own == own) {
        return place;
      }
    }
    return null;
  }

  private synchronized @Nullable Place begin(long own) {
    for (int i = 0; i < MAX_BEGINNINGS; i++) {
      Place place = places.get(i);
      if (place == null) {
        Place first = new Place(i, null, own, null, null);
        places.set(i, first);
        return first;
      }
      if (place.own == own) {
        return place;
      }
    }
    return null;
  }

  /** Notes where a key has come to stand; null where there is no room. */
  synchronized @Nullable Place add(Place before, @Nullable String asked, Key given) {
    Place known = before.next(asked);
    boolean tooLong = asked != null && asked.length() > Limits.KEY;
    if (known != null || tooLong || MAX_BEGINNINGS + used == MAX_PLACES) {
      return known;
    }
    Place place = new Place(MAX_BEGINNINGS + used++, before, before.own, asked, given);
    places.set(place.number, place);
    before.add(place);
    return place;
  }
}
