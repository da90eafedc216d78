// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a form. One without a value counts as not sent (RFC 6749, section 3.2). */
final class Form {

  private final Map<String, List<String>> parameters = new LinkedHashMap<>();

  private Form() {}

  static Form parse(String body) throws TokenRefusal {
    Form form = new Form();
    for (String pair : body.split("&", -1)) {
      int sign = pair.indexOf('=');
      if (sign >= 0 && sign < pair.length() - 1) {
        form.add(decode(pair.substring(0, sign)), decode(pair.substring(sign + 1)));
      }
    }
    return form;
  }

  static String decode(String text) throws TokenRefusal {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw TokenRefusal.of("invalid_request", "a percent sign without two hexadecimal digits");
    }
  }

  /** The one value of a parameter, null if it was not sent. */
  @Nullable String single(String name) throws TokenRefusal {
    List<String> values = all(name);
    if (values.size() > 1) {
      throw TokenRefusal.of("invalid_request", name + " is there " + values.size() + " times");
    }
    return values.isEmpty() ? null : values.get(0);
  }

  List<String> all(String name) {
    return parameters.getOrDefault(name, List.of());
  }

  private void add(String name, String value) {
    parameters.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
  }
}
