// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

/** The flag that every request asks: on for all, by a rule that has to look at the caller. */
final class Flags {

  static final String JSON =
      """
      {
        "flags": {
          "hello-v2": {
            "state": "ENABLED",
            "variants": {"on": true, "off": false},
            "defaultVariant": "off",
            "targeting": {"fractional": [["on", 100], ["off", 0]]}
          }
        },
        "metadata": {"bucketing": "v2"}
      }
      """;

  private Flags() {}
}
