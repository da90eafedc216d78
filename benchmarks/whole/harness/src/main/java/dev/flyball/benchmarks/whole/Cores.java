// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps server and load apart: while it is measured, a server has all cores but the last, which has
 * the load. Without {@code taskset}, or with one core, they share.
 */
final class Cores {

  private static final Path TASKSET = Path.of("/usr/bin/taskset");

  private final int count = Runtime.getRuntime().availableProcessors();

  boolean areApart() {
    return count > 1 && Files.isExecutable(TASKSET);
  }

  /** How a program is started that makes load. */
  List<String> forLoad(List<String> command) {
    if (!areApart()) {
      return command;
    }
    List<String> pinned =
        new ArrayList<>(List.of(TASKSET.toString(), "-c", String.valueOf(count - 1)));
    pinned.addAll(command);
    return pinned;
  }

  /** Takes the core of the load from a server that runs; it started and warmed up with all. */
  void keepForServer(long pid) throws IOException, InterruptedException {
    if (!areApart()) {
      return;
    }
    String cores = count == 2 ? "0" : "0-" + (count - 2);
    Process process =
        new ProcessBuilder(TASKSET.toString(), "-a", "-p", "-c", cores, String.valueOf(pid))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    // a thread may end while all of them are moved: those that are there have moved
    process.waitFor();
  }

  @Override
  public String toString() {
    return areApart()
        ? count + " cores; while it is measured, a server has all but the last, which has the load"
        : count + " cores, shared by server and load (no taskset, or one core)";
  }
}
