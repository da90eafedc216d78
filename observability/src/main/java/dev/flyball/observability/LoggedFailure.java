// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What Logback has kept of a throwable. */
record LoggedFailure(IThrowableProxy proxy) implements Failure {

  @Override
  public String type() {
    boolean shielded =
        proxy instanceof ThrowableProxy kept && kept.getThrowable() instanceof ShieldedThrowable;
    return shielded
        ? ((ShieldedThrowable) ((ThrowableProxy) proxy).getThrowable()).type()
        : Objects.requireNonNullElse(proxy.getClassName(), "unknown");
  }

  @Override
  public @Nullable String message() {
    return proxy.getMessage();
  }

  @Override
  public List<?> frames() {
    Object[] frames = proxy.getStackTraceElementProxyArray();
    return frames == null ? List.of() : Arrays.asList(frames);
  }

  @Override
  public int framesInCommon() {
    return proxy.getCommonFrames();
  }

  @Override
  public @Nullable Failure cause() {
    IThrowableProxy cause = proxy.getCause();
    return cause == null ? null : new LoggedFailure(cause);
  }

  @Override
  public List<LoggedFailure> suppressed() {
    IThrowableProxy[] suppressed = proxy.getSuppressed();
    return suppressed == null
        ? List.of()
        : Stream.of(suppressed).limit(Limits.RULES).map(LoggedFailure::new).toList();
  }

  /** Logback has a proxy of its own for a throwable that it has seen before, and says so. */
  @Override
  public Object identity() {
    return proxy instanceof ThrowableProxy kept ? kept.getThrowable() : proxy;
  }
}
