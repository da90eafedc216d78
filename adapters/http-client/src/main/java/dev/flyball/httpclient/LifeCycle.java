// SPDX-License-Identifier: Apache-2.0
package dev.flyball.httpclient;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.http.HttpClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What clients can do to end themselves from JDK 21 on; before, they go when nobody uses them. */
final class LifeCycle {

  private static final @Nullable Method SHUTDOWN = find("shutdown");
  private static final @Nullable Method SHUTDOWN_NOW = find("shutdownNow");
  private static final @Nullable Method IS_TERMINATED = find("isTerminated");
  private static final @Nullable Method AWAIT_TERMINATION =
      find("awaitTermination", Duration.class);

  private LifeCycle() {}

  static void shutdown(HttpClient client) {
    call(SHUTDOWN, client);
  }

  static void shutdownNow(HttpClient client) {
    call(SHUTDOWN_NOW, client);
  }

  static boolean isTerminated(HttpClient client) {
    return Boolean.TRUE.equals(call(IS_TERMINATED, client));
  }

  static boolean awaitTermination(HttpClient client, Duration duration)
      throws InterruptedException {
    Object terminated = call(AWAIT_TERMINATION, client, duration);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return !Boolean.FALSE.equals(terminated);
  }

  private static @Nullable Method find(String name, Class<?>... parameters) {
    try {
      return HttpClient.class.getMethod(name, parameters);
    } catch (NoSuchMethodException e) {
      return null; // before Java 21
    }
  }

  private static @Nullable Object call(
      @Nullable Method method, HttpClient client, Object... arguments) {
    if (method == null) {
      return null;
    }
    try {
      return method.invoke(client, arguments);
    } catch (InvocationTargetException e) {
      return rethrown(e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(method + " is not accessible", e);
    }
  }

  private static @Nullable Object rethrown(@Nullable Throwable thrown) {
    if (thrown instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      return null;
    }
    if (thrown instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    throw new IllegalStateException(thrown);
  }
}
