// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.Endpoint;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Meters;
import dev.flyball.Outcome;
import dev.flyball.OutgoingCarrier;
import dev.flyball.TraceContext;
import dev.flyball.observability.ObservabilityModule;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows 1 to 9: what comes in as headers, and what a call that goes out then carries. */
class W3cTraceContextTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";
  private static final String VALID = "00-" + TRACE + "-" + PARENT + "-01";

  private InProcessApp app;
  private GovernedEndpoint endpoint;

  /** What a request led to. */
  private record Seen(CallRecord record, Map<String, String> sent) {

    TraceContext trace() {
      return record.trace();
    }
  }

  @BeforeEach
  void start() {
    app =
        InProcessApp.with(new ObservabilityModule())
            .property("flyball.auth.delegated", "authorization is not under test");
    endpoint = app.govern(Endpoint.builder("http", "GET /orders"));
    app.start();
  }

  @AfterEach
  void close() {
    app.close();
  }

  private Seen receive(InProcessCarrier carrier) {
    Outgoing outgoing = new Outgoing();
    CallRecord record =
        app.call(
            endpoint,
            carrier,
            () -> {
              Call call = app.governor().beginOutgoing(outgoing);
              call.end(Outcome.http(200));
              return null;
            });
    assertThat(outgoing.sent.get("traceparent"))
        .matches("00-" + record.trace().traceId() + "-[0-9a-f]{16}-[0-9a-f]{2}")
        .doesNotContain(record.trace().spanIdHex());
    return new Seen(record, outgoing.sent);
  }

  private Seen receive(String traceparent, String... tracestates) {
    InProcessCarrier carrier = InProcessCarrier.get("/orders").header("Traceparent", traceparent);
    for (String each : tracestates) {
      carrier.header("tracestate", each);
    }
    return receive(carrier);
  }

  private void assertContinued(Seen seen) {
    assertThat(seen.trace().traceId()).isEqualTo(TRACE);
    assertThat(seen.trace().parentSpanId()).isEqualTo(Long.parseUnsignedLong(PARENT, 16));
    assertThat(seen.trace().spanIdHex()).isNotEqualTo(PARENT).matches("[0-9a-f]{16}");
    assertThat(invalid()).isZero();
  }

  private static void assertNew(Seen seen) {
    assertThat(seen.trace().traceId()).isNotEqualTo(TRACE).matches("[0-9a-f]{32}");
    assertThat(seen.trace().parentSpanId()).isZero();
    assertThat(seen.trace().flags()).isEqualTo(TraceContext.RANDOM);
    assertThat(seen.trace().state()).isNull();
    assertThat(seen.sent()).doesNotContainKey("tracestate");
    assertThat(seen.sent().get("traceparent")).endsWith("-02").doesNotContain(TRACE, PARENT);
  }

  private double invalid() {
    return app.governor().meters().snapshots().stream()
        .filter(snapshot -> snapshot.name().equals("flyball.trace.invalid_traceparent"))
        .flatMap(snapshot -> snapshot.series().stream())
        .mapToDouble(Meters.Series::value)
        .sum();
  }

  @Test
  void noHeader_beginsATraceWithRandomFlag() {
    assertNew(receive(InProcessCarrier.get("/orders")));
    assertThat(invalid()).isZero();
  }

  @Test
  void validHeader_isContinuedWithItsFlags() {
    Seen seen = receive(VALID);
    assertContinued(seen);
    assertThat(seen.trace().flags()).isEqualTo(TraceContext.SAMPLED);
    assertThat(receive("00-" + TRACE + "-" + PARENT + "-03").trace().flags()).isEqualTo(3);
    assertThat(receive("00-" + TRACE + "-" + PARENT + "-00").trace().flags()).isZero();
    assertThat(receive("00-" + TRACE + "-" + PARENT + "-ff").trace().flags()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {" " + VALID, VALID + "\t", "\t " + VALID + " \t"})
  void blanksAroundTheHeader_areNotPartOfIt(String header) {
    assertContinued(receive(header));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-" + TRACE + "-" + PARENT + "-0",
        "00-" + TRACE + "-" + PARENT + "-011",
        "0-" + TRACE + "-" + PARENT + "-01",
        "000-" + TRACE + "-" + PARENT + "-01",
        "00-0AF7651916CD43DD8448EB211C80319C-" + PARENT + "-01",
        "00-" + TRACE + "-B7AD6B7169203331-01",
        "00-" + TRACE + "-" + PARENT + "-0A",
        "ff-" + TRACE + "-" + PARENT + "-01",
        "FF-" + TRACE + "-" + PARENT + "-01",
        ".0-" + TRACE + "-" + PARENT + "-01",
        "00-00000000000000000000000000000000-" + PARENT + "-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00-.af7651916cd43dd8448eb211c80319c-" + PARENT + "-01",
        "00-" + TRACE + "-.7ad6b7169203331-01",
        "00-" + TRACE + "-" + PARENT + "-.1",
        "00_" + TRACE + "_" + PARENT + "_01",
        "00-" + TRACE + PARENT + "--01",
        "cc-" + TRACE + "-" + PARENT + "-01.what",
        "cc-" + TRACE + "-" + PARENT + "-011",
        VALID + "," + VALID,
      })
  void row1_malformedHeader_beginsATraceAndCounts(String header) {
    assertNew(receive(header, "foo=1"));
    assertThat(invalid()).isEqualTo(1);
  }

  @Test
  void row2_twoHeaders_areNone() {
    InProcessCarrier carrier =
        InProcessCarrier.get("/orders")
            .header("traceparent", VALID)
            .header("traceparent", "00-" + "1".repeat(32) + "-" + "2".repeat(16) + "-01");
    Seen seen = receive(carrier);
    assertNew(seen);
    assertThat(seen.trace().traceId()).isNotEqualTo("1".repeat(32));
    assertThat(invalid()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-", "-what-the-future-will-be-like"})
  void row3_laterVersion_keepsTheTraceAndGoesOnAsVersion00(String more) {
    Seen seen = receive("cc-" + TRACE + "-" + PARENT + "-01" + more);
    assertContinued(seen);
    assertThat(seen.sent().get("traceparent")).startsWith("00-" + TRACE).endsWith("-01");
  }

  @Test
  void row4_version00WithMore_isMalformed() {
    assertNew(receive(VALID + "-what-the-future-will-be-like"));
  }

  @Test
  void row5_statesOverSeveralLines_areJoinedInOrder() {
    Seen seen = receive(VALID, "foo=1,bar=2", "", "rojo=1 , \t congo=2", ",baz=3,");
    assertContinued(seen);
    assertThat(seen.sent()).containsEntry("tracestate", "foo=1,bar=2,rojo=1,congo=2,baz=3");
  }

  @Test
  void row6_duplicateKeys_areHandedOn() {
    assertThat(receive(VALID, "foo=1,foo=2").sent()).containsEntry("tracestate", "foo=1,foo=2");
    assertThat(OpaqueTraceState.of("foo=1,bar=3,foo=2").asMap())
        .containsExactly(Map.entry("foo", "1"), Map.entry("bar", "3"));
  }

  @Test
  void row7_keysOfLevel2_areKept() {
    String longest = "z".repeat(256);
    String states = "foo@=1,a@b@c=2,0a_-*/@z=3," + longest + "=4";
    assertThat(receive(VALID, states).sent()).containsEntry("tracestate", states);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@foo=1",
        "FOO=1",
        "foo.bar=1",
        "foo =1",
        "_foo=1",
        "=1",
        "foo",
        "foo=",
        "foo=a=b",
        "foo=\u007F"
      })
  void row7_oneMalformedMember_discardsTheList(String member) {
    Seen seen = receive(VALID, "good=1," + member + ",other=2");
    assertContinued(seen);
    assertThat(seen.sent()).doesNotContainKey("tracestate");
  }

  @Test
  void row7_tooLongKeyOrValue_discardsTheList() {
    assertThat(receive(VALID, "z".repeat(257) + "=1").sent()).doesNotContainKey("tracestate");
    assertThat(receive(VALID, "z=" + "v".repeat(257)).sent()).doesNotContainKey("tracestate");
    assertThat(receive(VALID, "z=" + "v".repeat(256)).sent()).containsKey("tracestate");
  }

  @Test
  void row8_moreThan32Members_discardTheListAndKeepTheTrace() {
    String most = members(32);
    assertThat(receive(VALID, most).sent()).containsEntry("tracestate", most);
    Seen seen = receive(VALID, members(33));
    assertContinued(seen);
    assertThat(seen.sent()).doesNotContainKey("tracestate");
  }

  private static String members(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "bar" + i + "=" + i)
        .collect(Collectors.joining(","));
  }

  @Test
  void row8_longList_losesLongMembersThenTheLast() {
    String big = "big=" + "v".repeat(200);
    String small = "s=" + "v".repeat(100);
    assertThat(receive(VALID, String.join(",", "a=1", big, small, big, small, small, small)).sent())
        .containsEntry("tracestate", String.join(",", "a=1", small, small, small, small));
    String member = "k=" + "v".repeat(61);
    assertThat(receive(VALID, String.join(",", Collections.nCopies(12, member))).sent())
        .containsEntry("tracestate", String.join(",", Collections.nCopies(8, member)));
  }

  @Test
  void row9_stateWithoutParent_isIgnored() {
    Seen seen = receive(InProcessCarrier.get("/orders").header("tracestate", "foo=1"));
    assertNew(seen);
    assertThat(invalid()).isZero();
  }

  /** A request that goes out. */
  static final class Outgoing implements OutgoingCarrier {

    final Map<String, String> sent = new HashMap<>();
    int port = 443;

    @Override
    public String dependency() {
      return "payments";
    }

    @Override
    public String host() {
      return "pay.example";
    }

    @Override
    public String method() {
      return "GET";
    }

    @Override
    public String path() {
      return "/charges/7";
    }

    @Override
    public String scheme() {
      return "https";
    }

    @Override
    public int port() {
      return port;
    }

    @Override
    public void header(String name, String value) {
      sent.put(name, value);
    }
  }
}
