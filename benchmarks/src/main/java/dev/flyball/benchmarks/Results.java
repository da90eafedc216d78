// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where tables are kept: a file of the build, and, if told to, the README. */
final class Results {

  private static final Path README = Path.of("README.md");

  private final String jdk = "jdk-" + Runtime.version().feature();

  /** Writes a table to {@code target}. */
  Path write(String text) throws IOException {
    Path folder = Files.createDirectories(Path.of("target"));
    return Files.writeString(folder.resolve("benchmarks-" + jdk + ".md"), text);
  }

  /** Puts a table between its marks in the README, in place of the one that was there. */
  void publish(String text) throws IOException {
    String readme = Files.readString(README);
    String begin = "<!-- " + jdk + " -->\n";
    String end = "<!-- end of " + jdk + " -->";
    int from = readme.indexOf(begin);
    int to = readme.indexOf(end);
    if (from < 0 || to < from) {
      throw new IOException("README.md has no place for " + jdk + " (expected: " + begin + ")");
    }
    Files.writeString(
        README, readme.substring(0, from + begin.length()) + text + readme.substring(to));
  }
}
