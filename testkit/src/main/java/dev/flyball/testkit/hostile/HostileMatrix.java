// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What came of each row, as a table. */
final class HostileMatrix {

  private static final class Line {
    private String title = "";
    private int passed;
    private int failed;
    private final TreeSet<String> missing = new TreeSet<>();
    private final TreeSet<String> gaps = new TreeSet<>();
    private String elsewhere = "";

    private String result() {
      if (!elsewhere.isEmpty()) {
        return elsewhere;
      }
      StringBuilder result = new StringBuilder();
      if (failed > 0) {
        result.append("FAIL  ").append(failed).append(" of ").append(failed + passed);
      } else if (passed > 0) {
        result.append("pass  ").append(passed);
      } else {
        result.append("-    ");
      }
      missing.forEach(reason -> result.append("; ").append(reason));
      return result.toString().replace("-    ; ", "-     ");
    }
  }

  private final Map<Integer, Line> lines = new TreeMap<>();

  synchronized void add(Row row) {
    Line line = line(row);
    line.title = row.title();
    line.elsewhere = row.elsewhere() == null ? "" : row.elsewhere();
  }

  synchronized void passed(Row row) {
    line(row).passed++;
  }

  synchronized void failed(Row row) {
    line(row).failed++;
  }

  synchronized void missing(Row row, String reason) {
    line(row).missing.add(reason);
  }

  /** Something that was not tried, and could be in another service. */
  synchronized void gap(Row row, String reason) {
    missing(row, reason);
    line(row).gaps.add(reason);
  }

  /** What was not tried, and could be in another service. */
  synchronized List<String> gaps() {
    List<String> all = new ArrayList<>();
    lines.forEach(
        (number, line) -> line.gaps.forEach(gap -> all.add("row " + number + ": " + gap)));
    return all;
  }

  private Line line(Row row) {
    return lines.computeIfAbsent(row.number(), unused -> new Line());
  }

  synchronized String table(String name) {
    int passed = 0;
    int failed = 0;
    long rows = 0;
    for (Line line : lines.values()) {
      passed += line.passed;
      failed += line.failed;
      rows += line.passed > 0 && line.failed == 0 ? 1 : 0;
    }
    StringBuilder table = new StringBuilder("\nhostile suite, ").append(name).append(": ");
    table.append(rows).append(" of ").append(lines.size()).append(" rows stand, ");
    table.append(passed).append(" trials passed, ").append(failed).append(" failed\n");
    lines.forEach((number, line) ->
        table.append(String.format("  %2d %-50s %s%n", number, line.title, line.result())));
    return table.toString();
  }

  void print(String name) {
    System.out.println(table(name));
  }
}
