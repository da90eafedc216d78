// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What both services have: a folder with their files, and the one flag. */
final class Shop {

  static final String FLAG = "order-details";

  /** Where the country is one of two, a fifth of the users. */
  private static final String FLAGS =
      """
      {"flags": {"order-details": {
        "state": "ENABLED",
        "variants": {"on": true, "off": false},
        "defaultVariant": "off",
        "targeting": {"if": [{"in": [{"var": "country"}, ["DE", "FR"]]},
          {"fractional": [["on", 20], ["off", 80]]}]}}}}
      """;

  private Shop() {}

  static Path folder() {
    try {
      Path folder = Files.createTempDirectory("flyball-benchmarks");
      folder.toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path flags(Path folder) {
    try {
      return Files.writeString(folder.resolve("flags.json"), FLAGS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
