// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The decoded segments of a path, if it has one meaning only.
 *
 * <p>Empty segments, dot segments however written, semicolons, encoded slashes, backslashes and
 * control characters, and malformed escapes make a path that some hop may read otherwise: such a
 * path leads nowhere.
 */
final class PathSegments {

  private static final int USUAL = 4;

  private PathSegments() {}

  /** The segments; null where the path leads nowhere. */
  static @Nullable List<String> of(String rawPath) {
    if (!rawPath.startsWith("/")) {
      return null;
    }
    List<String> segments = new ArrayList<>(USUAL);
    int from = 1;
    while (from < rawPath.length()) {
      int slash = rawPath.indexOf('/', from);
      int to = slash < 0 ? rawPath.length() : slash;
      String segment = decode(rawPath.substring(from, to));
      boolean trailing = slash == rawPath.length() - 1;
      if (segment == null || trailing) {
        return null;
      }
      segments.add(segment);
      from = to + 1;
    }
    return segments;
  }

  private static @Nullable String decode(String raw) {
    String decoded = raw.indexOf('%') < 0 ? raw : unescape(raw);
    if (decoded == null
        || decoded.isEmpty()
        || decoded.equals(".")
        || decoded.equals("..")
        || raw.indexOf(';') >= 0) {
      return null;
    }
    for (int i = 0; i < decoded.length(); i++) {
      char c = decoded.charAt(i);
      if (c == '/' || c == '\\' || c == ';' || Character.isISOControl(c)) {
        return null;
      }
    }
    return decoded;
  }

  private static @Nullable String unescape(String raw) {
    ByteBuffer bytes = ByteBuffer.allocate(raw.length() * 3);
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '%') {
        bytes.put(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
        continue;
      }
      int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
      int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0) {
        return null;
      }
      bytes.put((byte) ((high << 4) | low));
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
