// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import com.sun.net.httpserver.Headers;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request, gathered once: the JDK makes a new text of the name for each look-up,
 * and a governed call looks up half a dozen.
 */
final class RequestHeaders implements BiConsumer<String, List<String>> {

  /** A name, its values, the next name. */
  private final Object[] pairs;

  private int count;

  RequestHeaders(Headers headers) {
    pairs = new Object[2 * headers.size()];
    headers.forEach(this);
  }

  /** Takes one header in; to be called by the constructor only. */
  @Override
  public void accept(String name, List<String> values) {
    pairs[count++] = name;
    pairs[count++] = values;
  }

  @Nullable String first(String name) {
    List<String> all = all(name);
    return all.isEmpty() ? null : all.get(0);
  }

  @SuppressWarnings("unchecked")
  List<String> all(String name) {
    for (int i = 0; i < count; i += 2) {
      if (((String) pairs[i]).equalsIgnoreCase(name)) {
        return (List<String>) pairs[i + 1];
      }
    }
    return List.of();
  }
}
