// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

/**
 * What one round of load has shown.
 *
 * @param requestsPerSecond answered with 200
 * @param medianMicros half of the answers came within it
 * @param p99Micros 99 of 100 answers came within it
 * @param cpuMicros processor time of the server, user and system, for each request
 * @param bytes heap that the server allocated for each request
 */
record Round(
    double requestsPerSecond,
    double medianMicros,
    double p99Micros,
    double cpuMicros,
    double bytes) {}
