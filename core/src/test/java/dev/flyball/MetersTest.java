// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.Meters.Counter;
import dev.flyball.Meters.Family;
import dev.flyball.Meters.Histogram;
import dev.flyball.Meters.Kind;
import dev.flyball.Meters.Series;
import dev.flyball.Meters.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetersTest {

  private final TestApp app = TestApp.of();
  private final Meters meters = app.governor.meters();

  @AfterEach
  void close() {
    app.close();
  }

  private Snapshot snapshot(String name) {
    return meters.snapshots().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void counter_addsUpByLabels() {
    Family<Counter> family = meters.counter("test.reloads", "{reload}", "Reloads.", "result");
    family.with("ok").add(3);
    family.with("ok").increment();
    family.with("failed").increment();

    Snapshot snapshot = snapshot("test.reloads");
    assertThat(snapshot.kind()).isEqualTo(Kind.COUNTER);
    assertThat(snapshot.unit()).isEqualTo("{reload}");
    assertThat(snapshot.doc()).isEqualTo("Reloads.");
    assertThat(snapshot.labels()).containsExactly("result");
    assertThat(snapshot.bounds()).isEmpty();
    assertThat(snapshot.series())
        .containsExactlyInAnyOrder(
            new Series(List.of("ok"), 4, List.of()), new Series(List.of("failed"), 1, List.of()));
  }

  @Test
  void counterWithoutLabels_isShownFromTheStart() {
    meters.counter("test.plain", "{thing}", "Things.");

    assertThat(snapshot("test.plain").series())
        .containsExactly(new Series(List.of(), 0, List.of()));
  }

  @Test
  void sameDeclaration_isTheSameFamily() {
    Family<Counter> one = meters.counter("test.x", "{x}", "X.", "a");
    Family<Counter> two = meters.counter("test.x", "{x}", "X in other words.", "a");

    assertThat(two).isSameAs(one);
    assertThat(two.with("1")).isSameAs(one.with("1"));
  }

  @Test
  void otherDeclarationOfOneName_isRefused() {
    meters.counter("test.x", "{x}", "X.", "a");

    assertThatThrownBy(() -> meters.counter("test.x", "{y}", "X.", "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("meter test.x is declared as [COUNTER, {x}, [a]] and as [COUNTER, {y}, [a]]");
    assertThatThrownBy(() -> meters.counter("test.x", "{x}", "X.", "b"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> meters.durations("test.x", "X.", List.of(1L), "a"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> meters.gauge("test.x", "{x}", "X.", Map.of("a", "1"), () -> 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void wrongNumberOfLabelValues_isRefused() {
    Family<Counter> family = meters.counter("test.x", "{x}", "X.", "a", "b");

    assertThatThrownBy(() -> family.with("1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("test.x with 1 label values (expected: [a, b])");
    assertThatThrownBy(() -> family.with("1", null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void countlessLabelValues_shareOneInstrument() {
    Family<Counter> family = meters.counter("test.x", "{x}", "X.", "a", "b");
    for (int i = 0; i < 2_500; i++) {
      family.with("value" + i, "z").increment();
    }
    family.with("value7", "z").increment();

    Snapshot snapshot = snapshot("test.x");
    assertThat(snapshot.series()).hasSize(1_001);
    assertThat(snapshot.series())
        .contains(
            new Series(List.of("_OVERFLOW", "_OVERFLOW"), 1_500, List.of()),
            new Series(List.of("value7", "z"), 2, List.of()));
  }

  @Test
  void histogram_sortsIntoBucketsWithTheirUpperBoundInside() {
    Histogram histogram =
        meters.durations("test.took", "Times.", List.of(10L, 1_000_000_000L), "route").with("/a");
    histogram.record(10);
    histogram.record(11);
    histogram.record(1_000_000_000L);
    histogram.record(1_000_000_001L);
    histogram.record(0);

    Snapshot snapshot = snapshot("test.took");
    assertThat(snapshot.kind()).isEqualTo(Kind.HISTOGRAM);
    assertThat(snapshot.unit()).isEqualTo("s");
    assertThat(snapshot.bounds()).containsExactly(10e-9, 1.0);
    Series series = snapshot.series().get(0);
    assertThat(series.buckets()).containsExactly(2L, 2L, 1L);
    assertThat(series.value()).isEqualTo(2_000_000_022L * 1e-9);
  }

  @Test
  void histogramWithoutBounds_hasOneBucket() {
    meters.durations("test.took", "Times.", List.of()).with().record(5);

    assertThat(snapshot("test.took").series().get(0).buckets()).containsExactly(1L);
  }

  @Test
  void boundsThatDoNotAscend_areRefused() {
    assertThatThrownBy(() -> meters.durations("test.a", "A.", List.of(5L, 5L)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("bounds of test.a are [5, 5] (expected: ascending)");
    assertThatThrownBy(() -> meters.durations("test.b", "B.", List.of(5L, 4L)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void gauge_isAskedWhenSomebodyLooks() {
    List<Integer> queue = new ArrayList<>();
    meters.gauge("test.queue", "{item}", "Items.", Map.of("b", "2", "a", "1"), queue::size);
    meters.gauge("test.queue", "{item}", "Items.", Map.of("a", "3", "b", "4"), () -> 7);
    queue.add(1);

    assertThat(snapshot("test.queue").labels()).containsExactly("a", "b");
    assertThat(snapshot("test.queue").series())
        .containsExactlyInAnyOrder(
            new Series(List.of("1", "2"), 1, List.of()),
            new Series(List.of("3", "4"), 7, List.of()));
    queue.add(2);
    assertThat(snapshot("test.queue").series())
        .contains(new Series(List.of("1", "2"), 2, List.of()));
  }

  @Test
  void gaugeThatThrows_isNoNumberAndHidesNoOther() {
    meters.gauge(
        "test.a",
        "1",
        "A.",
        Map.of(),
        () -> {
          throw new StackOverflowError();
        });
    meters.gauge("test.b", "1", "B.", Map.of(), () -> 5);

    assertThat(snapshot("test.a").series().get(0).value()).isNaN();
    assertThat(snapshot("test.b").series().get(0).value()).isEqualTo(5);
  }

  @Test
  void snapshots_areInTheOrderOfTheirNames() {
    meters.counter("test.b", "1", "B.");
    meters.counter("test.a", "1", "A.");

    assertThat(meters.snapshots())
        .extracting(Snapshot::name)
        .isSorted()
        .contains("test.a", "test.b");
  }

  @Test
  void countingByManyThreads_losesNothing() {
    Family<Counter> family = meters.counter("test.x", "{x}", "X.", "a");
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(
          CompletableFuture.runAsync(() -> {
            for (int n = 0; n < 10_000; n++) {
              family.with(String.valueOf(n % 7)).increment();
            }
          }));
    }
    all.forEach(CompletableFuture::join);

    assertThat(snapshot("test.x").series().stream().mapToDouble(Series::value).sum())
        .isEqualTo(40_000);
  }
}
