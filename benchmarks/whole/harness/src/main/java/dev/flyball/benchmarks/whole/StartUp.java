// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

/**
 * What it took a server to answer its first request with 200.
 *
 * @param seconds from the start of the process
 * @param cpuSeconds processor time of the process, user and system
 * @param mebibytes resident memory then
 */
record StartUp(double seconds, double cpuSeconds, double mebibytes) {}
