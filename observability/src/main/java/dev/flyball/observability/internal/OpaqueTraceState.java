// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TraceStateBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@code tracestate} as it was received. That of the API refuses keys that level 2 allows; this
 * one shows what is in the text, the first of members with the same key.
 */
final class OpaqueTraceState implements TraceState {

  private final String text;
  private volatile @Nullable Map<String, String> members;

  private OpaqueTraceState(String text) {
    this.text = text;
  }

  static TraceState of(@Nullable String text) {
    return text == null ? TraceState.getDefault() : new OpaqueTraceState(text);
  }

  /** The header value; null where there is nothing to pass on. */
  static @Nullable String text(TraceState state) {
    if (state instanceof OpaqueTraceState opaque) {
      return opaque.text;
    }
    if (state.isEmpty()) {
      return null;
    }
    StringJoiner joined = new StringJoiner(",");
    state.forEach((key, value) -> joined.add(key + "=" + value));
    return joined.toString();
  }

  @Override
  public @Nullable String get(String key) {
    return asMap().get(key);
  }

  @Override
  public int size() {
    return asMap().size();
  }

  @Override
  public boolean isEmpty() {
    return false;
  }

  @Override
  public void forEach(BiConsumer<String, String> consumer) {
    asMap().forEach(consumer);
  }

  @Override
  public Map<String, String> asMap() {
    Map<String, String> known = members;
    if (known == null) {
      known = new LinkedHashMap<>();
      for (String member : text.split(",", -1)) {
        int equals = member.indexOf('=');
        known.putIfAbsent(member.substring(0, equals), member.substring(equals + 1));
      }
      known = java.util.Collections.unmodifiableMap(known);
      members = known;
    }
    return known;
  }

  @Override
  public TraceStateBuilder toBuilder() {
    TraceStateBuilder builder = TraceState.builder();
    // the builder of the API puts each member in front of those before it
    Object[] keys = asMap().keySet().toArray();
    for (int i = keys.length - 1; i >= 0; i--) {
      String key = (String) keys[i];
      builder.put(key, asMap().get(key));
    }
    return builder;
  }

  @Override
  public String toString() {
    return text;
  }
}
