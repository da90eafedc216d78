// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The attack list. */
final class Rows {

  private Rows() {}

  /** All rows, by number. */
  static List<Row> all() {
    List<Row> rows = new ArrayList<>();
    rows.addAll(SignatureRows.all());
    rows.addAll(FormRows.all());
    rows.addAll(HeaderRows.all());
    rows.addAll(KeyRows.all());
    rows.addAll(ClaimRows.all());
    rows.addAll(RequestRows.all());
    rows.addAll(CacheRows.all());
    rows.addAll(BindingRows.all());
    rows.addAll(CertificateRows.all());
    rows.addAll(ApiKeyRows.all());
    rows.addAll(OtherServerRows.all());
    rows.addAll(LogRows.all());
    rows.addAll(elsewhere());
    rows.sort(Comparator.comparingInt(Row::number));
    return rows;
  }

  /** What no request can try. */
  private static List<Row> elsewhere() {
    String annotations = "stands in the tests of auth and of the adapters";
    return List.of(
        Row.elsewhere(73, "handlers whose annotations are hard to find", annotations),
        Row.elsewhere(74, "annotations of class and method that differ", annotations),
        Row.elsewhere(75, "policies that do not exist, or fail", annotations),
        Row.elsewhere(77, "shadow policies that fail", annotations),
        Row.elsewhere(78, "waivers that are none", "comes with waivers"));
  }
}
