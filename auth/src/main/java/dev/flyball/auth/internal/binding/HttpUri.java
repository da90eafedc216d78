// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.binding;

import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Addresses of HTTP in the one form in which they are compared (RFC 3986, sections 6.2.2 and 6.2.3;
 * RFC 9449, section 4.3).
 *
 * <p>Equal are: letters of scheme and host in any case, a default port and none, an empty path and
 * a slash, percent-encodings in any case, unreserved characters encoded or not. Dot segments are
 * not removed but refused: routers do not agree on where they lead, so that a proof for one handler
 * could serve for another.
 */
final class HttpUri {

  private static final String HOST = "-._~:[]";
  private static final String UNRESERVED = "-._~";
  private static final String HEX = "0123456789ABCDEF";

  private HttpUri() {}

  /** The form of a whole address; null for one that cannot be compared, or that has more parts. */
  static @Nullable String canonical(String uri) {
    int colon = uri.indexOf("://");
    if (colon < 0) {
      return null;
    }
    int authority = colon + 3;
    int slash = uri.indexOf('/', authority);
    int end = slash < 0 ? uri.length() : slash;
    return canonical(uri.substring(0, colon), uri.substring(authority, end), uri.substring(end));
  }

  /** The form of an address in parts; null for one that cannot be compared. */
  static @Nullable String canonical(String scheme, @Nullable String authority, String path) {
    String lower = scheme.toLowerCase(Locale.ROOT);
    String host = authority == null ? null : host(authority, defaultPort(lower));
    String normal = path(path);
    return host == null || normal == null ? null : lower + "://" + host + normal;
  }

  private static int defaultPort(String scheme) {
    return scheme.equals("https") ? 443 : scheme.equals("http") ? 80 : -1;
  }

  /** Host and port, the port left out where it is the default. */
  private static @Nullable String host(String authority, int defaultPort) {
    if (defaultPort < 0 || !isHost(authority)) {
      return null;
    }
    String lower = authority.toLowerCase(Locale.ROOT);
    int colon = lower.indexOf(':', lower.lastIndexOf(']') + 1);
    if (colon < 0) {
      return lower;
    }
    String host = lower.substring(0, colon);
    if (host.isEmpty() || colon == lower.length() - 1) {
      return host.isEmpty() ? null : host;
    }
    int port = port(lower, colon + 1);
    return port < 0 ? null : port == defaultPort ? host : host + ":" + port;
  }

  private static boolean isHost(String authority) {
    for (int i = 0; i < authority.length(); i++) {
      if (!isAlphanumeric(authority.charAt(i)) && HOST.indexOf(authority.charAt(i)) < 0) {
        return false;
      }
    }
    return !authority.isEmpty();
  }

  private static int port(String text, int from) {
    int port = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      port = c >= '0' && c <= '9' && port <= 65_535 ? 10 * port + (c - '0') : 65_536;
    }
    return port <= 65_535 ? port : -1;
  }

  private static @Nullable String path(String path) {
    if (path.isEmpty()) {
      return "/";
    }
    if (path.charAt(0) != '/') {
      return null;
    }
    StringBuilder normal = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '%') {
        int octet = octet(path, i);
        if (octet < 0) {
          return null;
        }
        append(normal, octet);
        i += 2;
      } else if (c > ' ' && c < 0x7F && c != '?' && c != '#' && c != '\\') {
        normal.append(c);
      } else {
        return null;
      }
    }
    return hasDotSegment(normal) ? null : normal.toString();
  }

  private static int octet(String text, int percent) {
    if (percent + 2 >= text.length()
        || !HexFormat.isHexDigit(text.charAt(percent + 1))
        || !HexFormat.isHexDigit(text.charAt(percent + 2))) {
      return -1;
    }
    return HexFormat.fromHexDigits(text, percent + 1, percent + 3);
  }

  private static void append(StringBuilder normal, int octet) {
    char c = (char) octet;
    if (isAlphanumeric(c) || UNRESERVED.indexOf(c) >= 0) {
      normal.append(c);
    } else {
      normal.append('%').append(HEX.charAt(octet >> 4)).append(HEX.charAt(octet & 0xF));
    }
  }

  private static boolean hasDotSegment(CharSequence path) {
    int from = 1;
    for (int i = 1; i <= path.length(); i++) {
      if (i == path.length() || path.charAt(i) == '/') {
        boolean one = i - from == 1 && path.charAt(from) == '.';
        boolean two = i - from == 2 && path.charAt(from) == '.' && path.charAt(from + 1) == '.';
        if (one || two) {
          return true;
        }
        from = i + 1;
      }
    }
    return false;
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
