// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows and figures as a table in Markdown, whose columns stand in line. */
final class Table {

  private static final List<String> HEAD =
      List.of("row", "ours: ns", "peer", "peer: ns", "ratio", "must", "aim", "verdict");

  private final List<List<String>> lines = new ArrayList<>();

  Table(List<Row> rows, Map<Measured, Figure> figures) {
    lines.add(HEAD);
    lines.add(HEAD.stream().map(unused -> "---").toList());
    for (Row row : rows) {
      Figure ours = figures.get(row.ours());
      if (ours != null) {
        lines.add(line(row, ours, row.peer() == null ? null : figures.get(row.peer())));
      }
    }
  }

  private static List<String> line(Row row, Figure ours, @Nullable Figure peer) {
    return List.of(
        row.what(),
        ours.toString(),
        row.peerName(),
        peer == null ? "" : peer.toString(),
        peer == null ? "" : ratio(ours.nanos() / peer.nanos()),
        row.goal().must(),
        row.goal().aim(),
        row.goal().verdict(ours, peer));
  }

  private static String ratio(double ratio) {
    return String.format(Locale.ROOT, ratio < 0.1 ? "%.4f" : "%.2f", ratio);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      text.append('|');
      for (int column = 0; column < line.size(); column++) {
        text.append(' ').append(padded(line.get(column), column)).append(" |");
      }
      text.append('\n');
    }
    return text.toString();
  }

  private String padded(String cell, int column) {
    int width = lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
    return cell + " ".repeat(width - cell.length());
  }
}
