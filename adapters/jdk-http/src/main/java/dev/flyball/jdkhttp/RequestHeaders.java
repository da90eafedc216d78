// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import com.sun.net.httpserver.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request, gathered once: the JDK makes a new text of the name for each look-up,
 * and a governed call looks up half a dozen.
 */
final class RequestHeaders {

  private final String[] names;
  private final List<List<String>> values;

  RequestHeaders(Headers headers) {
    names = new String[headers.size()];
    values = new ArrayList<>(names.length);
    for (Map.Entry<String, List<String>> header : headers.entrySet()) {
      names[values.size()] = header.getKey();
      values.add(header.getValue());
    }
  }

  @Nullable String first(String name) {
    List<String> all = all(name);
    return all.isEmpty() ? null : all.get(0);
  }

  List<String> all(String name) {
    for (int i = 0; i < names.length; i++) {
      if (names[i].equalsIgnoreCase(name)) {
        return values.get(i);
      }
    }
    return List.of();
  }
}
