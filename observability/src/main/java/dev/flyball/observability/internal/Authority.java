// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import org.jspecify.annotations.Nullable;

/**
 * Host and port of a header Host.
 *
 * @param host without brackets
 * @param port null where there is none; an object, as attributes of spans are
 */
public record Authority(String host, @Nullable Long port) {

  private record Seen(String text, @Nullable Authority authority) {}

  /** A service is nearly always called by one name. */
  private static volatile @Nullable Seen last;

  /** The parts of a text; null where it has no host. */
  public static @Nullable Authority of(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    Seen seen = last;
    if (seen == null || !seen.text.equals(text)) {
      seen = new Seen(text, parse(text));
      last = seen;
    }
    return seen.authority;
  }

  private static @Nullable Authority parse(String text) {
    int bracket = text.startsWith("[") ? text.indexOf(']') : -1;
    int colon = text.indexOf(':', Math.max(bracket, 0));
    String host = colon < 0 ? text : text.substring(0, colon);
    if (bracket > 0) {
      host = text.substring(1, bracket);
    }
    return host.isEmpty() ? null : new Authority(host, colon < 0 ? null : port(text, colon + 1));
  }

  private static @Nullable Long port(String text, int from) {
    int port = 0;
    for (int i = from; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9 || port > 6_553) {
        return null;
      }
      port = port * 10 + digit;
    }
    return port > 0 && port <= 65_535 ? Long.valueOf(port) : null;
  }
}
