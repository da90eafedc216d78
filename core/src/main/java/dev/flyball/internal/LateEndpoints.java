// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Endpoint;
import dev.flyball.settings.StartupException;
import dev.flyball.settings.StartupProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Endpoints that nobody declares: jobs and dependencies, bound when they are first named, and what
 * the calls of a protocol are at before they enter one. Thread-safe.
 */
final class LateEndpoints {

  private static final int MAX_NAMES = 1_000;
  private static final String OVERFLOW = "_OVERFLOW";

  private final Binder binder;
  private final Map<String, BoundEndpoint> jobs = new ConcurrentHashMap<>();
  private final Map<String, BoundEndpoint> dependencies = new ConcurrentHashMap<>();
  private final Map<String, BoundEndpoint> unmatched = new ConcurrentHashMap<>();

  LateEndpoints(Binder binder) {
    this.binder = binder;
  }

  BoundEndpoint job(String job) {
    if (!job.startsWith("job:") || job.length() == 4) {
      throw new IllegalArgumentException("job " + job + " (expected: job: and a name)");
    }
    return named(jobs, "job", job.substring(4), Endpoint.Kind.JOB);
  }

  BoundEndpoint dependency(String name) {
    return named(dependencies, "client", name, Endpoint.Kind.CLIENT);
  }

  BoundEndpoint unmatched(String protocol) {
    BoundEndpoint known = unmatched.get(protocol);
    return known != null
        ? known
        : unmatched.computeIfAbsent(
            protocol, each -> binder.bare(Endpoint.builder(each, "unmatched").build()));
  }

  /** Beyond many names they share one. */
  private BoundEndpoint named(
      Map<String, BoundEndpoint> known, String protocol, String name, Endpoint.Kind kind) {
    BoundEndpoint bound = known.get(name);
    if (bound != null) {
      return bound;
    }
    String bounded = known.size() < MAX_NAMES ? name : OVERFLOW;
    return known.computeIfAbsent(
        bounded, each -> bind(Endpoint.builder(protocol, each).kind(kind).build()));
  }

  private BoundEndpoint bind(Endpoint endpoint) {
    List<StartupProblem> problems = new ArrayList<>();
    BoundEndpoint bound = binder.bind(endpoint, problems);
    if (!problems.isEmpty()) {
      throw new StartupException(problems);
    }
    return bound;
  }
}
