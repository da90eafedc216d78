// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Attribute;
import dev.flyball.Call;
import dev.flyball.Carrier;
import dev.flyball.Decision;
import dev.flyball.Endpoint;
import dev.flyball.FlagEvaluation;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Header;
import dev.flyball.Outcome;
import dev.flyball.OutgoingCarrier;
import dev.flyball.Parameters;
import dev.flyball.Principal;
import dev.flyball.Problem;
import dev.flyball.TraceContext;
import dev.flyball.Verdict;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one call of a service that is switched off and has nothing to protect: it keeps nothing, so
 * that all requests share it.
 */
final class OffCall implements Call {

  private final Endpoint endpoint = Endpoint.builder("off", "off").build();
  private final long bodyLimit;

  OffCall(long bodyLimit) {
    this.bodyLimit = bodyLimit;
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public boolean entered() {
    return true;
  }

  @Override
  public Carrier carrier() {
    return EmptyCarrier.INSTANCE;
  }

  @Override
  public @Nullable OutgoingCarrier outgoing() {
    return null;
  }

  @Override
  public Parameters parameters() {
    return Parameters.none();
  }

  @Override
  public @Nullable Call parent() {
    return null;
  }

  @Override
  public @Nullable Principal principal() {
    return null;
  }

  @Override
  public void authenticated(Principal principal) {}

  @Override
  public @Nullable String unit() {
    return null;
  }

  @Override
  public @Nullable TraceContext trace() {
    return null;
  }

  @Override
  public void trace(TraceContext trace) {}

  @Override
  public Context context() {
    return Context.current();
  }

  @Override
  public void baseContext(Context base) {}

  @Override
  public <T> @Nullable T get(Attribute<T> attribute) {
    return null;
  }

  @Override
  public <T> void set(Attribute<T> attribute, @Nullable T value) {}

  @Override
  public <T> T setIfAbsent(Attribute<T> attribute, T value) {
    return value;
  }

  @Override
  public void evaluated(FlagEvaluation evaluation) {}

  @Override
  public void observed(Verdict verdict) {}

  @Override
  public void addResponseHeader(String name, String value) {}

  @Override
  public List<Header> responseHeaders() {
    return List.of();
  }

  @Override
  public long startNanos() {
    return 0;
  }

  @Override
  public long startMillis() {
    return 0;
  }

  @Override
  public long deadline() {
    return Long.MAX_VALUE;
  }

  @Override
  public void deadline(long nanoTime) {}

  @Override
  public long bodyLimit() {
    return bodyLimit;
  }

  @Override
  public String clientAddress() {
    return "";
  }

  @Override
  public String scheme() {
    return "";
  }

  @Override
  public @Nullable String authority() {
    return null;
  }

  @Override
  public Decision decision() {
    return Decision.proceed();
  }

  @Override
  public Decision await() {
    return Decision.proceed();
  }

  @Override
  public void whenDecided(Executor executor, Consumer<Decision> callback) {
    callback.accept(Decision.proceed());
  }

  @Override
  public Decision enter(GovernedEndpoint governed, Parameters parameters) {
    refuseProtected(governed, "enter");
    return Decision.proceed();
  }

  @Override
  public Call child(GovernedEndpoint governed, Parameters parameters) {
    refuseProtected(governed, "child");
    return this;
  }

  /** An endpoint may have been bound after the call began; this call cannot refuse, only fail. */
  private static void refuseProtected(GovernedEndpoint governed, String what) {
    boolean isOpen = governed instanceof BoundEndpoint bound && !bound.isProtected;
    if (!isOpen) {
      throw new IllegalStateException(
          what
              + "("
              + governed
              + ") in a call that began when nothing was protected (expected: endpoints that are"
              + " bound before calls begin)");
    }
  }

  @Override
  public Scope openScope() {
    return Scope.noop();
  }

  @Override
  public boolean abort(Problem problem, String rule) {
    return false;
  }

  @Override
  public void onAbort(Consumer<Problem> action) {}

  @Override
  public @Nullable Problem aborted() {
    return null;
  }

  @Override
  public void answeredBy(String name) {}

  @Override
  public void responseStarted(int code) {}

  @Override
  public void bytesReceived(long count) {}

  @Override
  public void bytesSent(long count) {}

  @Override
  public void end(Outcome outcome) {}
}
