// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import dev.flyball.observability.NameTree.Place;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The names on one line. No two of them are the same, and none lies inside another: a key for which
 * there is no room goes to quarantine, where its value can still be found. Not thread-safe.
 *
 * <p>Lines that are like earlier ones go along the tree. For others it keeps hashes: two names with
 * the same 64 bits would send the second to quarantine, where it does no harm.
 */
final class LineNames {

  /** A few hashes, and a bit for each by which most others are seen not to be among them. */
  private static final class Hashes {

    private static final int WORDS = 4;

    private final long[] bits = new long[WORDS];
    private long[] values = new long[32];
    private int count;

    void clear() {
      Arrays.fill(bits, 0);
      count = 0;
    }

    boolean contains(long hash) {
      return (bits[word(hash)] & (1L << hash)) != 0 && isListed(hash);
    }

    private boolean isListed(long hash) {
      for (int i = 0; i < count; i++) {
        if (values[i] == hash) {
          return true;
        }
      }
      return false;
    }

    void add(long hash) {
      if (count == values.length) {
        values = Arrays.copyOf(values, count * 2);
      }
      values[count++] = hash;
      bits[word(hash)] |= 1L << hash;
    }

    private static int word(long hash) {
      return (int) (hash >>> 8) & (WORDS - 1);
    }
  }

  private static final int NOWHERE = -1;

  private final NameTree tree;
  private final Hashes names = new Hashes();
  private final Hashes objects = new Hashes();
  private long own;

  // where we are in the tree: a number, as to store a reference costs more than all the rest
  private int at;
  private boolean begun;
  private boolean listed;

  LineNames(NameTree tree) {
    this.tree = tree;
  }

  /** Begins a line. */
  void reset() {
    own = 0;
    begun = false;
    clear();
  }

  private void clear() {
    names.clear();
    objects.clear();
    listed = true;
  }

  /** Notes fields of our own; those that come after keys are no kind of line that is known. */
  void add(long fields) {
    if (begun && at != NOWHERE) {
      list();
      at = NOWHERE;
    }
    own |= fields;
  }

  /** The fields of our own. */
  long own() {
    return own;
  }

  /** Where this line has come to; null where no line before was like it. */
  @Nullable Place here() {
    if (!begun) {
      begun = true;
      at = number(tree.beginning(own));
    }
    return at == NOWHERE ? null : tree.get(at);
  }

  /** Goes on to a place beyond, over all that lie between. */
  void goTo(@Nullable Place place) {
    if (place != null && place.number() != at) {
      at = place.number();
      listed = false;
    }
  }

  /** The key of a text itself where it is free, else a place in quarantine that is. */
  Key place(@Nullable String source) {
    Place here = here();
    Place next = here == null ? null : here.next(source);
    if (next == null) {
      return placeAnew(here, source);
    }
    goTo(next);
    return next.given();
  }

  private Key placeAnew(@Nullable Place here, @Nullable String source) {
    list();
    Key given = find(Key.of(source));
    if (here != null) {
      at = number(tree.add(here, source, given));
    }
    return given;
  }

  private static int number(@Nullable Place place) {
    return place == null ? NOWHERE : place.number();
  }

  /** Lists the names so far, where they have only been looked up. */
  private void list() {
    if (!listed) {
      clear();
      for (Place place = here(); place != null && place.before() != null; place = place.before()) {
        note(place.given());
      }
    }
  }

  private Key find(Key key) {
    if (key.isAllowedBeside(own) && isFree(key)) {
      return note(key);
    }
    Key displaced = key.inQuarantine();
    for (int number = 2; !isFree(displaced); number++) {
      displaced = key.inQuarantine(number);
    }
    return note(displaced);
  }

  private boolean isFree(Key key) {
    if (names.contains(key.hash()) || objects.contains(key.hash())) {
      return false;
    }
    for (long object : key.objects()) {
      if (names.contains(object)) {
        return false;
      }
    }
    return true;
  }

  private Key note(Key key) {
    names.add(key.hash());
    for (long object : key.objects()) {
      objects.add(object);
    }
    return key;
  }
}
