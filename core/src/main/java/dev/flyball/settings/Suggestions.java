// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** What somebody may have meant who has written a word that is not known. */
public final class Suggestions {

  private static final int MOST = 3;

  private Suggestions() {}

  /**
   * Up to three known words that look like an unknown one.
   *
   * @param word what was written
   * @param known what could have been meant
   * @return the nearest first; empty where none is near
   */
  public static List<String> of(String word, Collection<String> known) {
    int tolerance = Math.max(2, word.length() / 6);
    return known.stream()
        .distinct()
        .filter(candidate -> Distance.between(word, candidate) <= tolerance)
        .sorted(Comparator.comparingInt(candidate -> Distance.between(word, candidate)))
        .limit(MOST)
        .toList();
  }
}
