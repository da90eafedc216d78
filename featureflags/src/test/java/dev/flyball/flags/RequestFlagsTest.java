// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.Decision;
import dev.flyball.FlagEvaluation;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Outcome;
import dev.flyball.Parameters;
import dev.flyball.flags.FlagDetail.ErrorCode;
import dev.flyball.flags.FlagDetail.Reason;
import dev.flyball.testkit.InProcessCarrier;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flags inside of calls: whose they are, how long they hold, what the record says. */
class RequestFlagsTest {

  private static final String FLAGS =
      """
      {"flags": {
        "feature": {"state": "ENABLED", "variants": {"on": true, "off": false},
          "defaultVariant": "on"},
        "half": {"state": "ENABLED", "variants": {"on": true, "off": false},
          "defaultVariant": "off", "targeting": {"fractional": [["on", 1], ["off", 1]]}},
        "attribute": {"state": "ENABLED", "variants": {"true": true, "false": false},
          "targeting": RULE}
      }}
      """;

  @TempDir private Path folder;
  private FlagApp app;
  private GovernedEndpoint endpoint;

  @BeforeEach
  void start() {
    start("{\"!!\": [true]}");
  }

  private void start(String rule) {
    app = FlagApp.with(folder, FLAGS.replace("RULE", rule));
    endpoint = app.open("GET /orders/{id}");
    app.start();
  }

  @AfterEach
  void close() {
    app.close();
  }

  @Test
  void evaluation_isInTheRecordOnce() {
    Flag<Boolean> feature = app.flags().bool("feature", false);

    CallRecord record = app.call(endpoint, "ada", () -> List.of(feature.get(), feature.get()));

    assertThat(record).isOk().evaluated("feature", "on");
    assertThat(record.evaluations())
        .containsExactly(
            new FlagEvaluation("feature", "on", "STATIC", app.flags().version(), 0, Double.NaN, 0));
  }

  @Test
  void evaluation_byRule_namesTheUnitByAHash() {
    Flag<Boolean> half = app.flags().bool("half", false);

    FlagEvaluation ada = app.call(endpoint, "ada", half::get).evaluations().get(0);
    FlagEvaluation again = app.call(endpoint, "ada", half::get).evaluations().get(0);
    FlagEvaluation eve = app.call(endpoint, "eve", half::get).evaluations().get(0);

    assertThat(ada.reason()).isEqualTo("TARGETING_MATCH");
    assertThat(ada.unitHash()).isNotZero().isEqualTo(again.unitHash()).isNotEqualTo(eve.unitHash());
    assertThat(ada.variant()).isEqualTo(again.variant());
  }

  @Test
  void evaluationsThatFail_areInTheRecordToo() {
    Flags flags = app.flags();

    CallRecord record =
        app.call(
            endpoint,
            "",
            () ->
                List.of(
                    flags.bool("missing", true).get(),
                    flags.bool("half", true).get(),
                    flags.string("feature", "z").get()));

    assertThat(record.evaluations())
        .extracting(FlagEvaluation::key, FlagEvaluation::variant, FlagEvaluation::reason)
        .containsExactly(
            tuple("missing", null, "ERROR"),
            tuple("half", null, "ERROR"),
            tuple("feature", null, "ERROR"));
  }

  @Test
  void unit_isTheSubjectOfThePrincipal() {
    Flag<Boolean> half = app.flags().bool("half", false);
    List<Boolean> inCalls = new ArrayList<>();
    List<Boolean> outside = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      String subject = "user-" + i;
      app.call(endpoint, subject, () -> inCalls.add(half.get()));
      outside.add(half.get(FlagContext.of(subject)));
    }

    assertThat(inCalls).isEqualTo(outside).contains(true, false);
  }

  @Test
  void callWithoutUnit_getsTheDefaultOfTheCode() {
    Flag<Boolean> half = app.flags().bool("half", true);
    List<FlagDetail<Boolean>> details = new ArrayList<>();

    app.call(endpoint, "", () -> details.add(half.detail()));

    assertThat(details.get(0).errorCode()).isEqualTo(ErrorCode.TARGETING_KEY_MISSING);
    assertThat(details.get(0).value()).isTrue();
  }

  @Test
  void unitOfAJob_isTheOneItRunsFor() throws Exception {
    Flag<Boolean> half = app.flags().bool("half", false);

    Boolean inJob = app.app().governor().run("job:reindex", "customer-7", half::get);

    assertThat(inJob).isEqualTo(half.get(FlagContext.of("customer-7")));
    assertThat(app.app().records().get(0)).evaluated("half", inJob ? "on" : "off");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"==\": [{\"var\": \"targetingKey\"}, \"ada\"]}",
        "{\"==\": [{\"var\": \"subject\"}, \"ada\"]}",
        "{\"==\": [{\"var\": \"issuer\"}, \"https://issuer.example\"]}",
        "{\"==\": [{\"var\": \"client\"}, \"shop\"]}",
        "{\"==\": [{\"var\": \"claims.client\"}, \"claimed\"]}",
        "{\"==\": [{\"var\": \"tenant\"}, \"acme\"]}",
        "{\"in\": [\"orders:read\", {\"var\": \"scopes\"}]}",
        "{\"in\": [\"clerk\", {\"var\": \"roles\"}]}",
        "{\"==\": [{\"var\": \"email\"}, \"ada@example.com\"]}",
        "{\"==\": [{\"var\": \"claims.email\"}, \"ada@example.com\"]}",
        "{\"==\": [{\"var\": \"endpoint\"}, \"http:GET /orders/{id}\"]}",
        "{\"!\": [{\"var\": \"actor\"}]}",
        "{\"all\": [[{\"var\": \"\"}], {\"==\": [{\"var\": \"client\"}, \"shop\"]}]}",
        "{\"all\": [[{\"var\": \"\"}], {\"==\": [{\"var\": \"email\"}, \"ada@example.com\"]}]}",
        "{\"all\": [[{\"var\": \"\"}], {\"==\": [{\"var\": \"endpoint\"}, \"http:GET /orders/{id}\"]}]}"
      })
  void rules_seeThePrincipalAndTheEndpoint(String rule) {
    app.close();
    start(rule);

    assertThat(app.call(endpoint, "ada", app.flags().bool("attribute", false)::get))
        .evaluated("attribute", "true");
  }

  @Test
  void reload_betweenTwoQuestions_doesNotChangeTheAnswer_butTheNextCallSeesIt() {
    Flag<Boolean> feature = app.flags().bool("feature", false);
    List<Boolean> answers = new ArrayList<>();
    String before = app.flags().version();

    CallRecord record =
        app.call(
            endpoint,
            "ada",
            () -> {
              answers.add(feature.get());
              reload(FlagApp.BOOLEAN_OFF);
              answers.add(feature.get());
              return answers.add(feature.get(FlagContext.of("eve")));
            });
    CallRecord next = app.call(endpoint, "ada", feature::get);

    assertThat(answers).containsExactly(true, true, true);
    assertThat(record.evaluations()).extracting(FlagEvaluation::setVersion).containsExactly(before);
    assertThat(next).evaluated("feature", "off");
    assertThat(next.evaluations().get(0).setVersion())
        .isEqualTo(app.flags().version())
        .isNotEqualTo(before);
  }

  @Test
  void reload_afterTheFirstQuestion_holdsForFlagsThatWereNotAskedYet() {
    Flag<Boolean> half = app.flags().bool("half", false);
    Flag<Boolean> feature = app.flags().bool("feature", false);
    List<FlagDetail<Boolean>> details = new ArrayList<>();

    app.call(
        endpoint,
        "ada",
        () -> {
          half.get();
          reload(FlagApp.BOOLEAN_OFF);
          return details.add(feature.detail());
        });

    assertThat(details.get(0).variant()).isEqualTo("on");
  }

  @Test
  void answer_holdsOnEveryThreadThatCarriesTheContext() throws Exception {
    Flag<Boolean> feature = app.flags().bool("feature", false);
    ExecutorService plain = Executors.newFixedThreadPool(2);
    try {
      ExecutorService carrying = Context.taskWrapping(plain);
      List<Boolean> answers = new ArrayList<>();

      CallRecord record =
          app.call(
              endpoint,
              "ada",
              () -> {
                answers.add(feature.get());
                reload(FlagApp.BOOLEAN_OFF);
                answers.add(carrying.submit(() -> feature.get()).get());
                answers.add(plain.submit(() -> feature.get()).get());
                return answers;
              });

      assertThat(answers).containsExactly(true, true, false);
      assertThat(record.evaluations()).hasSize(1);
    } finally {
      plain.shutdownNow();
    }
  }

  @Test
  void questionsOfManyThreads_getOneAnswerThatIsRecordedOnce() throws Exception {
    Flag<Boolean> half = app.flags().bool("half", false);
    ExecutorService plain = Executors.newFixedThreadPool(8);
    try {
      ExecutorService carrying = Context.taskWrapping(plain);
      for (int round = 0; round < 100; round++) {
        Set<Boolean> answers = ConcurrentHashMap.newKeySet();
        CallRecord record =
            app.call(
                endpoint,
                "user-" + round,
                () -> {
                  CountDownLatch together = new CountDownLatch(8);
                  List<Future<?>> all = new ArrayList<>();
                  for (int i = 0; i < 8; i++) {
                    all.add(
                        carrying.submit(() -> {
                          together.countDown();
                          together.await();
                          return answers.add(half.get());
                        }));
                  }
                  for (Future<?> each : all) {
                    each.get();
                  }
                  return answers;
                });
        assertThat(answers).hasSize(1);
        assertThat(record.evaluations()).hasSize(1);
      }
    } finally {
      plain.shutdownNow();
    }
  }

  @Test
  void answerGivenBeforeAnybodyWasKnown_doesNotHoldForTheCaller() {
    Flag<Boolean> half = app.flags().bool("half", false);
    Call call = app.app().governor().begin(InProcessCarrier.get("/").header("X-Subject", "ada"));
    FlagDetail<Boolean> before;
    FlagDetail<Boolean> after;
    try (Scope scope = call.openScope()) {
      before = half.detail();
      call.enter(endpoint, Parameters.none());
      after = half.detail();
    }
    call.end(Outcome.http(200));

    assertThat(before.errorCode()).isEqualTo(ErrorCode.TARGETING_KEY_MISSING);
    assertThat(after.reason()).isEqualTo(Reason.TARGETING_MATCH);
    assertThat(((CallRecord) call).evaluations()).hasSize(2);
  }

  @Test
  void children_shareTheAnswer_andEachHasItInItsRecord() {
    Flag<Boolean> feature = app.flags().bool("feature", false);
    Call parent = app.app().governor().begin(InProcessCarrier.get("/").header("X-Subject", "ada"));
    parent.enter(endpoint, Parameters.none());
    Call first = parent.child(endpoint, Parameters.none());
    Call second = parent.child(endpoint, Parameters.none());

    List<Boolean> answers = new ArrayList<>();
    ask(first, feature, answers);
    reload(FlagApp.BOOLEAN_OFF);
    ask(second, feature, answers);
    ask(second, feature, answers);
    parent.end(Outcome.http(200));

    assertThat(answers).containsExactly(true, true, true);
    assertThat(((CallRecord) first).evaluations()).hasSize(1);
    assertThat(((CallRecord) second).evaluations()).hasSize(1);
    assertThat(((CallRecord) parent).evaluations()).isEmpty();
  }

  private static void ask(Call call, Flag<Boolean> flag, List<Boolean> answers) {
    assertThat(call.await()).isEqualTo(Decision.proceed());
    try (Scope scope = call.openScope()) {
      answers.add(flag.get());
    }
  }

  @Test
  void question_afterTheCallHasEnded_isAnsweredAndNotRecorded() {
    Flag<Boolean> feature = app.flags().bool("feature", false);
    List<Context> contexts = new ArrayList<>();
    CallRecord record = app.call(endpoint, "ada", () -> contexts.add(Context.current()));

    boolean late;
    try (Scope scope = contexts.get(0).makeCurrent()) {
      late = feature.get();
    }

    assertThat(late).isTrue();
    assertThat(record.evaluations()).isEmpty();
  }

  @Test
  void unitOfSomebodyElse_isNotRecorded() {
    Flag<Boolean> half = app.flags().bool("half", false);

    CallRecord record = app.call(endpoint, "ada", () -> half.get(FlagContext.of("eve")));

    assertThat(record.evaluations()).isEmpty();
  }

  @Test
  void flagsOfAnotherGovernor_doNotDependOnWhatThisOneKeepsInItsCalls() {
    try (FlagApp other = FlagApp.beside(folder.resolve("other"))) {
      GovernedEndpoint elsewhere = other.open("GET /");
      other.start();
      Flag<Boolean> feature = app.flags().bool("feature", false);
      Flag<Boolean> own = other.flags().bool("feature", false);

      CallRecord record =
          other.call(elsewhere, "ada", () -> List.of(own.get(), feature.get(), own.get()));

      assertThat(record).isOk();
      assertThat(record.evaluations())
          .extracting(FlagEvaluation::variant)
          .containsExactly(null, "on");
    }
  }

  @Test
  void evaluationsInACall_areCountedOnce() {
    Flag<Boolean> feature = app.flags().bool("feature", false);

    app.call(endpoint, "ada", () -> List.of(feature.get(), feature.get()));
    app.call(endpoint, "ada", () -> List.of(feature.get(), feature.get()));

    double counted =
        app.app().governor().meters().snapshots().stream()
            .filter(snapshot -> snapshot.name().equals("flyball.flag.evaluations"))
            .flatMap(snapshot -> snapshot.series().stream())
            .mapToDouble(series -> series.value())
            .sum();
    assertThat(counted).isEqualTo(2);
  }

  private void reload(String flags) {
    String before = app.flags().version();
    app.rewrite(flags);
    app.app().time().advance(Duration.ofSeconds(1));
    assertThat(app.flags().version()).isNotEqualTo(before);
  }
}
