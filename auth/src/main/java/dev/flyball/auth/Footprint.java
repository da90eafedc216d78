// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Principal;
import java.util.Collection;
import java.util.Map;

/** How much memory a verified token takes at most: counted high, so that a bound holds. */
final class Footprint {

  private static final int OBJECT = 64;
  private static final int SLOT = 16;

  private Footprint() {}

  static long of(String header, Principal principal) {
    long objects = 8 * OBJECT; // the entry, the token, the principal, their collections
    return objects
        + OBJECT
        + header.length() // ASCII, or it was no token
        + of(principal.claims())
        + of(principal.scopes())
        + of(principal.roles());
  }

  private static long of(Object value) {
    if (value instanceof String text) {
      return OBJECT + 2L * text.length();
    }
    long sum = OBJECT;
    if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> member : map.entrySet()) {
        sum += 2 * SLOT + of(member.getKey()) + of(member.getValue());
      }
    } else if (value instanceof Collection<?> elements) {
      for (Object element : elements) {
        sum += SLOT + of(element);
      }
    }
    return sum;
  }
}
