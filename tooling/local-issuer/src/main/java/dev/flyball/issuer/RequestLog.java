// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The requests that came in: how many for each path, and what the last ones were. */
final class RequestLog {

  private static final int KEPT = 1000;

  private final Map<String, Integer> counts = new HashMap<>();
  private final Deque<RecordedRequest> last = new ArrayDeque<>();

  synchronized void add(RecordedRequest request) {
    counts.merge(request.path(), 1, Integer::sum);
    last.addLast(request);
    if (last.size() > KEPT) {
      last.removeFirst();
    }
  }

  synchronized int count(String path) {
    return counts.getOrDefault(path, 0);
  }

  synchronized List<RecordedRequest> recorded(String path) {
    return last.stream().filter(request -> request.path().equals(path)).toList();
  }

  synchronized void clear() {
    counts.clear();
    last.clear();
  }
}
