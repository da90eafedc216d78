// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.outgoing;

import dev.flyball.Call;
import dev.flyball.Carrier;
import dev.flyball.OutgoingCarrier;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The credentials with which a call has come in, looked for in the headers of what goes out for it.
 *
 * <p>All that came counts, whatever it was worth, and wherever it stands in a value: behind a
 * scheme, in a cookie. It counts as a whole only, so that no stranger can guess letter by letter at
 * what the service sends of its own. What has been encoded anew is not recognised.
 */
final class CallerCredentials {

  static final String AUTHORIZATION = "Authorization";

  private final Supplier<@Nullable String> keyHeader;

  /**
   * Those of one service.
   *
   * @param keyHeader the header that brings API keys; null where none are accepted
   */
  CallerCredentials(Supplier<@Nullable String> keyHeader) {
    this.keyHeader = keyHeader;
  }

  /** Whether a request carries any of them. */
  boolean areIn(OutgoingCarrier request, @Nullable Call caller) {
    return areIn(request, caller, true);
  }

  /** Whether a request carries any of them in a header that is not set for it. */
  boolean areBeside(OutgoingCarrier request, @Nullable Call caller) {
    return areIn(request, caller, false);
  }

  private boolean areIn(OutgoingCarrier request, @Nullable Call caller, boolean anywhere) {
    if (caller == null) {
      return false;
    }
    Carrier carrier = caller.carrier();
    String key = keyHeader.get();
    return areIn(request, carrier.headers(AUTHORIZATION), anywhere)
        || (key != null && areIn(request, carrier.headers(key), anywhere));
  }

  /** Authorization is looked at even where an adapter cannot tell which headers there are. */
  private static boolean areIn(OutgoingCarrier request, List<String> came, boolean anywhere) {
    if (came.isEmpty()) {
      return false;
    }
    if (anywhere && isAnyIn(request.headers(AUTHORIZATION), came)) {
      return true;
    }
    for (String name : request.headerNames()) {
      boolean other = !name.equalsIgnoreCase(AUTHORIZATION);
      if (other && isAnyIn(request.headers(name), came)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAnyIn(List<String> values, List<String> came) {
    for (String header : came) {
      String credential = credential(header);
      for (String value : values) {
        if (!credential.isEmpty() && isIn(value, credential)) {
          return true;
        }
      }
    }
    return false;
  }

  /** What follows the scheme; all of it where there is none. */
  private static String credential(String header) {
    return header.substring(header.indexOf(' ') + 1).strip();
  }

  private static boolean isIn(String value, String credential) {
    int at = value.indexOf(credential);
    while (at >= 0) {
      int end = at + credential.length();
      boolean begins = at == 0 || !isPart(value.charAt(at - 1));
      if (begins && (end == value.length() || !isPart(value.charAt(end)))) {
        return true;
      }
      at = value.indexOf(credential, at + 1);
    }
    return false;
  }

  /** The characters of which credentials are made (RFC 9110, section 11.2). */
  private static boolean isPart(char c) {
    boolean letterOrDigit =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letterOrDigit || "-._~+/".indexOf(c) >= 0;
  }
}
