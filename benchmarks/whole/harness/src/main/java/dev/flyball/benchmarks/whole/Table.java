// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import java.util.ArrayList;
import java.util.List;

/** A table whose columns line up, also as plain text; its first row names the columns. */
final class Table {

  private final List<String[]> rows = new ArrayList<>();

  Table(String... names) {
    rows.add(names);
  }

  void add(String... cells) {
    if (cells.length != rows.get(0).length) {
      throw new IllegalArgumentException(
          cells.length + " cells (expected: " + rows.get(0).length + ")");
    }
    rows.add(cells);
  }

  boolean isEmpty() {
    return rows.size() == 1;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      line(text, row, ' ');
      if (text.indexOf("\n") == text.length() - 1) {
        line(text, rule(), '-');
      }
    }
    return text.toString();
  }

  private String[] rule() {
    String[] rule = new String[rows.get(0).length];
    java.util.Arrays.fill(rule, "");
    return rule;
  }

  private void line(StringBuilder text, String[] cells, char filler) {
    for (int i = 0; i < cells.length; i++) {
      String padding = String.valueOf(filler).repeat(width(i) - cells[i].length());
      text.append('|').append(filler);
      text.append(cells[i]).append(padding).append(filler);
    }
    text.append("|\n");
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row[column].length()).max().orElse(0);
  }
}
