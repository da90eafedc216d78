// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * Test data that is kept outside of the project, found through the system property {@code
 * flyball.vectors}.
 */
public final class Vectors {

  private Vectors() {}

  /**
   * A file or folder of the test data. Where it is absent, the test that asks is skipped and says
   * so by name.
   *
   * @param name the path inside the test data, with slashes
   * @return an existing path
   */
  public static Path path(String name) {
    String root = System.getProperty("flyball.vectors", "");
    Path path = Path.of(root, name);
    boolean present = !root.isEmpty() && Files.exists(path);
    Assumptions.assumeTrue(present, () -> "vectors absent: " + name);
    return path;
  }
}
