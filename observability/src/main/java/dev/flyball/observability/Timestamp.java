// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Moments as JSON strings, to the millisecond in UTC. The text of a second is made once; within it
 * only three digits change. Not thread-safe.
 */
final class Timestamp {

  private static final String MILLIS_AND_ZONE = ".000Z\"";

  private long second = Long.MIN_VALUE;
  private byte[] text = {};

  /** The moment in quotes; valid until the next call. */
  byte[] json(long epochMillis) {
    long wanted = Math.floorDiv(epochMillis, 1_000L);
    if (wanted != second) {
      text = text(wanted);
      second = wanted;
    }
    int millis = (int) Math.floorMod(epochMillis, 1_000L);
    int at = text.length - MILLIS_AND_ZONE.length() + 1;
    text[at] = (byte) ('0' + millis / 100);
    text[at + 1] = (byte) ('0' + millis / 10 % 10);
    text[at + 2] = (byte) ('0' + millis % 10);
    return text;
  }

  private static byte[] text(long epochSecond) {
    String iso = Instant.ofEpochSecond(epochSecond).toString();
    String untilSeconds = iso.substring(0, iso.length() - 1);
    return ('"' + untilSeconds + MILLIS_AND_ZONE).getBytes(StandardCharsets.US_ASCII);
  }
}
