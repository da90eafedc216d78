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
    return List.of(
        tried(73, "handlers whose annotations are hard to find", "EffectivePolicyTest"),
        tried(74, "annotations of class and method that differ", "EffectivePolicyTest"),
        tried(75, "policies that do not exist, or fail", "PolicyTest"),
        tried(77, "shadow policies that fail", "ShadowTest"),
        Row.elsewhere(78, "waivers that are none", "n/a: there are no waivers"));
  }

  private static Row tried(int number, String title, String test) {
    return Row.elsewhere(number, title, "n/a: no request can try it, " + test + " of auth does");
  }
}
