// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that handle requests: a virtual one each where the JDK has them, else a pool. */
final class Workers {

  private Workers() {}

  static ExecutorService create(String name, int threads) {
    try {
      return virtual(name);
    } catch (ReflectiveOperationException e) {
      return pool(name, threads); // before Java 21
    }
  }

  /**
   * All of one name: what tells calls apart are their ids, and a name for each would be garbage.
   */
  private static ExecutorService virtual(String name) throws ReflectiveOperationException {
    Class<?> type = Class.forName("java.lang.Thread$Builder");
    Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
    Object named = type.getMethod("name", String.class).invoke(builder, name);
    Object factory = type.getMethod("factory").invoke(named);
    return (ExecutorService)
        Executors.class
            .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
            .invoke(null, factory);
  }

  private static ExecutorService pool(String name, int threads) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> new Thread(task, name + "-" + number.incrementAndGet()));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
