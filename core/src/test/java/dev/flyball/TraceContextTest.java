// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TraceContextTest {

  @Example
  void ids_areLowerCaseHexadecimalOfFullLength() {
    TraceContext trace =
        new TraceContext(
            0x0af7651916cd43ddL, 0x8448eb211c80319cL, 0x00f067aa0ba902b7L, 0, 1, "a=b");

    assertThat(trace.traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(trace.spanIdHex()).isEqualTo("00f067aa0ba902b7");
    assertThat(trace.traceparent())
        .isEqualTo("00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01");
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void anyIds_areWrittenInFull(
      @ForAll long high,
      @ForAll long low,
      @ForAll long span,
      @ForAll @IntRange(min = 0, max = 255) int flags) {
    TraceContext trace = new TraceContext(high, low, span, 0, flags, null);

    assertThat(trace.traceId()).isEqualTo("%016x%016x".formatted(high, low));
    assertThat(trace.spanIdHex()).isEqualTo("%016x".formatted(span));
    assertThat(trace.traceparent())
        .isEqualTo("00-%016x%016x-%016x-%02x".formatted(high, low, span, flags));
  }
}
