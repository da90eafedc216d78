// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import dev.flyball.observability.EcsEncoder;
import java.util.concurrent.TimeUnit;
import net.logstash.logback.encoder.LogstashEncoder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.slf4j.event.KeyValuePair;
import org.slf4j.spi.LoggingEventBuilder;

/** A statement with fifteen key-values, as one line of JSON. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LineBenchmark {

  private static final String MESSAGE = "order placed";

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

  /** One encoder, and the logger that it is behind. */
  abstract static class Log {

    final Encoder<ILoggingEvent> encoder;
    final Logger logger;
    final LoggingEvent event;

    Log(Encoder<ILoggingEvent> encoder) {
      DiscardedLog.through(encoder);
      this.encoder = encoder;
      this.logger = DiscardedLog.context().getLogger("shop.orders");
      this.event = new LoggingEvent("x", logger, Level.INFO, MESSAGE, null, null);
      for (Object[] field : FIELDS) {
        event.addKeyValuePair(new KeyValuePair((String) field[0], field[1]));
      }
      event.prepareForDeferredProcessing();
    }

    void log() {
      LoggingEventBuilder builder = logger.atInfo();
      for (Object[] field : FIELDS) {
        builder = builder.addKeyValue((String) field[0], field[1]);
      }
      builder.log(MESSAGE);
    }
  }

  /** Ours. */
  @State(Scope.Thread)
  public static class Ours extends Log {

    /** Configures the log. */
    public Ours() {
      super(new EcsEncoder());
    }
  }

  /** That of Logstash. */
  @State(Scope.Thread)
  public static class Logstash extends Log {

    /** Configures the log. */
    public Logstash() {
      super(new LogstashEncoder());
    }
  }

  @Benchmark
  public byte[] encode(Ours ours) {
    return ours.encoder.encode(ours.event);
  }

  @Benchmark
  public byte[] encodeByLogstash(Logstash peer) {
    return peer.encoder.encode(peer.event);
  }

  @Benchmark
  public void log(Ours ours) {
    ours.log();
  }

  @Benchmark
  public void logByLogstash(Logstash peer) {
    peer.log();
  }
}
