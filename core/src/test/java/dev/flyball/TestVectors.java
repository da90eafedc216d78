// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * Test data that is kept outside of the project; a test whose data is absent is skipped by name.
 */
public final class TestVectors {

  private TestVectors() {}

  public static Path path(String name) {
    String root = System.getProperty("flyball.vectors", "");
    Path path = Path.of(root, name);
    Assumptions.assumeTrue(!root.isEmpty() && Files.exists(path), () -> "vectors absent: " + name);
    return path;
  }
}
