// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import com.sun.net.httpserver.HttpExchange;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The faults in force, by path. A late answer waits on a timer, not on a thread. */
final class Faults {

  private record InForce(Fault fault, CompletableFuture<Void> cleared) {}

  private final Map<String, InForce> inForce = new ConcurrentHashMap<>();

  void set(String path, Fault fault) {
    release(inForce.put(path, new InForce(fault, new CompletableFuture<>())));
  }

  void clear(String path) {
    release(inForce.remove(path));
  }

  void clear() {
    inForce.keySet().forEach(this::clear);
  }

  /** Answers as the fault of the path says, or as usual if it has none. */
  void answer(String path, Supplier<Answer> real, HttpExchange exchange, Executor executor) {
    InForce found = inForce.get(path);
    if (found == null) {
      real.get().sendTo(exchange);
    } else if (found.fault.delay().isZero()) {
      found.fault.apply(real).sendTo(exchange);
    } else {
      found
          .cleared
          .copy()
          .completeOnTimeout(null, found.fault.delay().toNanos(), TimeUnit.NANOSECONDS)
          .thenRunAsync(() -> found.fault.apply(real).sendTo(exchange), executor);
    }
  }

  private static void release(@Nullable InForce ended) {
    if (ended != null) {
      ended.cleared.complete(null);
    }
  }
}
