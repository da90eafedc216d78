// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux tells of a process. */
record ProcessFiles(long pid) {

  /** Every Linux counts processor time for users in hundredths of a second. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int USER_TIME = 11;
  private static final int SYSTEM_TIME = 12;

  /** Processor time of all threads, user and system. */
  double cpuSeconds() throws IOException {
    return cpuSeconds(Files.readString(Path.of("/proc", String.valueOf(pid), "stat")));
  }

  /** The name of the program may hold anything: fields are counted from its end. */
  static double cpuSeconds(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]))
        / TICKS_PER_SECOND;
  }

  /** Memory that is held now. */
  double residentMebibytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
      }
    }
    throw new IOException("the status of process " + pid + " has no VmRSS");
  }
}
