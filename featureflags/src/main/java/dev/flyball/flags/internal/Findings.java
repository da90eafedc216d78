// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Gathers what is wrong with a text, so that one reading finds everything. */
final class Findings {

  private static final int MOST_KEPT = 100;
  private final List<Finding> problems = new ArrayList<>();
  private final List<Finding> notes = new ArrayList<>();

  /** Something for which the whole set is refused. */
  void problem(Place place, String what, @Nullable String hint) {
    add(problems, new Finding(place, what, hint));
  }

  /** Something that works, in the way flagd lets it work, and that nobody can have meant. */
  void note(Place place, String what, @Nullable String hint) {
    add(notes, new Finding(place, what, hint));
  }

  private static void add(List<Finding> findings, Finding finding) {
    if (findings.size() < MOST_KEPT) {
      findings.add(finding);
    }
  }

  /** {@code path is x (expected: y)}. */
  static String mismatch(Path path, Json found, String expected) {
    return path + " is " + found.kind() + " (expected: " + expected + ")";
  }

  /** {@code did you mean x}, or null where nothing is near. */
  static @Nullable String didYouMean(String written, Collection<String> known) {
    int tolerance = Math.max(1, written.length() / 3);
    Map<String, Integer> near =
        known.stream()
            .collect(Collectors.toMap(each -> each, each -> distance(written, each), (a, b) -> a));
    String names =
        known.stream()
            .distinct()
            .filter(each -> near.getOrDefault(each, Integer.MAX_VALUE) <= tolerance)
            .sorted(Comparator.comparing(near::get))
            .limit(3)
            .collect(Collectors.joining(" or "));
    return names.isEmpty() ? null : "did you mean " + names;
  }

  /** How many characters have to be put in, taken out or changed; letter case does not count. */
  private static int distance(String a, String b) {
    int[] last = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        char left = Character.toLowerCase(a.charAt(i - 1));
        char right = Character.toLowerCase(b.charAt(j - 1));
        int changed = last[j - 1] + (left == right ? 0 : 1);
        row[j] = Math.min(changed, Math.min(row[j - 1], last[j]) + 1);
      }
      last = row;
    }
    return last[b.length()];
  }

  boolean hasProblems() {
    return !problems.isEmpty();
  }

  List<Finding> problems() {
    return inOrder(problems);
  }

  List<Finding> notes() {
    return inOrder(notes);
  }

  private static List<Finding> inOrder(List<Finding> findings) {
    List<Finding> sorted = new ArrayList<>(findings);
    if (sorted.size() > 1) {
      Comparator<Place> byPlace = Comparator.comparingInt(Place::line);
      sorted.sort(Comparator.comparing(Finding::place, byPlace.thenComparingInt(Place::column)));
    }
    return List.copyOf(sorted);
  }
}
