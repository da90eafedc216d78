// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import dev.flyball.Offers;
import dev.flyball.Time;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The OpenTelemetry of the service: the one that the application offers, else the global one.
 *
 * <p>The global one is only looked at, never set and never fetched in the way that sets it, and
 * looked at again from time to time as long as there is none: an application may register it after
 * the governor has started.
 */
final class Telemetry {

  private static final String SCOPE = "dev.flyball.observability";
  private static final long LOOK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Offers<OpenTelemetry> offers;
  private final Time time;
  private volatile @Nullable Tracer tracer;
  private volatile boolean offered;
  private volatile long nextLook;

  Telemetry(Offers<OpenTelemetry> offers, Time time) {
    this.offers = offers;
    this.time = time;
  }

  /** To be called when the governor starts: offers are complete. */
  void start() {
    OpenTelemetry given = offers.only().orElse(null);
    offered = given != null;
    look(given != null ? given : global());
  }

  /** The tracer; null where there is no OpenTelemetry. */
  @Nullable Tracer tracer() {
    Tracer known = tracer;
    if (known == null && !offered && time.nanoTime() - nextLook >= 0) {
      look(global());
      return tracer;
    }
    return known;
  }

  private void look(OpenTelemetry found) {
    nextLook = time.nanoTime() + LOOK_EVERY_NANOS;
    if (isReal(found)) {
      String version = Telemetry.class.getPackage().getImplementationVersion();
      tracer = version == null ? found.getTracer(SCOPE) : found.getTracer(SCOPE, version);
    }
  }

  @SuppressWarnings("ReferenceEquality") // the one that does nothing
  private static boolean isReal(OpenTelemetry found) {
    return found != OpenTelemetry.noop();
  }

  private static OpenTelemetry global() {
    try {
      return GlobalOpenTelemetry.getOrNoop();
    } catch (NoSuchMethodError e) {
      return OpenTelemetry.noop(); // an API before 1.57 has no way to look without setting
    }
  }
}
