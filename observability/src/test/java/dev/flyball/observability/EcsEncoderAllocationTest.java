// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

/** What a line costs in memory: the array that an encoder has to return, and nothing else. */
class EcsEncoderAllocationTest {

  private static final int ROUNDS = 2_000;
  private static final int ARRAY_HEADER = 16;

  private static final Object[][] FIELDS = {
    {"event.action", "order-placed"},
    {"http.request.method", "POST"},
    {"http.route", "/orders/{id}"},
    {"http.response.status_code", 201},
    {"url.path", "/orders/1000"},
    {"client.ip", "192.0.2.17"},
    {"user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"},
    {"event.duration", 1_234_567L},
    {"app.user", "0af7651916cd43dd8448eb211c80319c"},
    {"app.tenant", "acme"},
    {"app.flag", "checkout-v2"},
    {"app.variant", "on"},
    {"app.bytes", 5_120},
    {"app.retries", 0},
    {"app.cache", true},
  };

  @Test
  void lineOfFifteenFields_allocatesItsArrayAlone() {
    try (TestLog log = TestLog.alone()) {
      LoggingEvent event =
          new LoggingEvent("x", log.logger(), Level.INFO, "order placed", null, null);
      for (Object[] field : FIELDS) {
        event.addKeyValuePair(new KeyValuePair((String) field[0], field[1]));
      }
      event.prepareForDeferredProcessing();
      EcsEncoder encoder = new EcsEncoder();
      encoder.setContext(log.context());
      encoder.start();
      int line =
          StrictLine.parse(encoder.encode(event)).isEmpty() ? 0 : encoder.encode(event).length;
      long perLine = Long.MAX_VALUE;
      for (int attempt = 0; attempt < 20; attempt++) { // until it runs compiled
        perLine = Math.min(perLine, allocated(encoder, event) / ROUNDS);
      }
      long array = (ARRAY_HEADER + line + 7) / 8 * 8L;
      assertThat(perLine).as("bytes for a line of %s", line).isBetween(array, array + 24);
    }
  }

  private static long allocated(EcsEncoder encoder, LoggingEvent event) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < ROUNDS; i++) {
      encoder.encode(event);
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
