// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as people write them. */
final class Sizes {

  private static final Pattern FORM = Pattern.compile("(\\d{1,19})\\s*(b|kb|kib|mb|mib|gb|gib)?");

  private Sizes() {}

  static Long parse(String text) {
    Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    String unit = matcher.group(2);
    int shift = unit == null ? 0 : 10 * "bkmg".indexOf(unit.charAt(0));
    long count = Long.parseLong(matcher.group(1));
    if (count > Long.MAX_VALUE >> shift) {
      throw new IllegalArgumentException(text);
    }
    return count << shift;
  }
}
