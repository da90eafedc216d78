// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.contract;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.Governor;
import dev.flyball.Outcome;
import dev.flyball.Problem;
import dev.flyball.testkit.InProcessCarrier;
import dev.flyball.testkit.contract.RawHttp.Reply;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The thirty cases that every adapter passes, for hosts that speak HTTP.
 *
 * <p>Extend it, start the server in {@link #start}, and name in {@link ContractHost#impossible()}
 * what the host cannot have. The table of results is printed at the end.
 */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(ContractMatrix.class)
public abstract class AdapterContract {

  private static final String READER = "Contract-Caller: alice contract:read";
  private static final String WRITER = "Contract-Caller: alice contract:write";
  private static final String STRANGER = "Contract-Caller: mallory other:scope";

  private final ContractService service = new ContractService();
  private @Nullable ContractHost host;

  /** Made by the tests of an adapter. */
  protected AdapterContract() {}

  /**
   * Starts a server that serves every operation of the service through the adapter.
   *
   * @param service the operations, and the governor to start with
   * @return the running server
   * @throws Exception if it cannot start
   */
  protected abstract ContractHost start(ContractService service) throws Exception;

  @BeforeAll
  void startHost() throws Exception {
    host = start(service);
  }

  @AfterAll
  void stopHost() throws Exception {
    host().close();
  }

  @BeforeEach
  void reset(TestInfo test) {
    service.reset();
    int number = Integer.parseInt(test.getTestMethod().orElseThrow().getName().substring(4, 6));
    String reason = host().impossible().get(number);
    Assumptions.assumeTrue(reason == null, reason);
  }

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    assertThat(service.unexpectedRecord()).as("one record for one request").isNull();
    assertThat(service.module().leftBehind).as("calls left on a thread of the host").hasValue(0);
    assertThat(service.module().unbalanced).as("stages seen out other than once").hasValue(0);
  }

  @Test
  void case01_refusal_hasTheProtocolsOwnForm() throws Exception {
    Reply reply = get("/contract/guarded/7");
    assertProblem(reply, 401, "credentials_missing");
    assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(service.awaitRecord())
        .isRefusedBy("authenticate")
        .hasProblem(401, "credentials_missing");
    assertThat(service.handled()).isZero();
  }

  @Test
  void case02_refusal_bringsItsChallengeAndHeaders() throws Exception {
    assertThat(get("/contract/guarded/7").header("WWW-Authenticate"))
        .isEqualTo("Contract realm=\"contract\"");
    service.awaitRecord();
    Reply throttled = get("/contract/open", "Contract-Door: refuse");
    assertProblem(throttled, 429, "throttled");
    assertThat(throttled.header("Retry-After")).isEqualTo("7");
    CallRecord record = service.awaitRecord();
    assertThat(record).isRefusedBy("contract-door");
    assertThat(record.endpoint().operation()).isEqualTo("GET /contract/open");
  }

  @Test
  void case03_refusal_doesNotWaitForTheBody() throws Exception {
    try (RawHttp http = RawHttp.open(uri(), "POST", "/contract/upload", "Content-Length: 1000")) {
      assertProblem(http.reply(), 401, "credentials_missing");
    }
    assertThat(service.awaitRecord()).isRefusedBy("authenticate");
    assertThat(service.handled()).isZero();
  }

  @Test
  void case04_unknownOperation_isRecordedAsUnmatched() throws Exception {
    assertProblem(get("/contract/nowhere"), 404, "not_found");
    CallRecord record = service.awaitRecord();
    assertThat(record).hasOutcome(Outcome.Kind.CLIENT_ERROR);
    assertThat(record.entered()).isFalse();
    assertThat(Objects.requireNonNull(record.refusal()).rule()).isEqualTo("host");
    assertThat(record.endpoint().operation()).doesNotContain("nowhere");
  }

  @Test
  void case05_wrongMethod_namesTheRightOnes() throws Exception {
    Reply reply = RawHttp.exchange(uri(), "DELETE", "/contract/open");
    assertProblem(reply, 405, "method_not_allowed");
    assertThat(reply.header("Allow")).contains("GET");
    assertThat(service.awaitRecord()).hasOutcome(Outcome.Kind.CLIENT_ERROR);
    assertThat(service.handled()).isZero();
  }

  @Test
  void case06_head_hasThePolicyOfGet() throws Exception {
    Reply refused = RawHttp.exchange(uri(), "HEAD", "/contract/guarded/7");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.body()).isEmpty();
    assertThat(service.awaitRecord()).isRefusedBy("authenticate");
    Reply passed = RawHttp.exchange(uri(), "HEAD", "/contract/guarded/7", READER);
    assertThat(passed.status()).isEqualTo(200);
    assertThat(passed.body()).isEmpty();
    assertThat(service.awaitRecord().endpoint().operation())
        .isEqualTo("GET /contract/guarded/{id}");
  }

  @Test
  void case07_options_isServedOnlyWhereDeclared() throws Exception {
    Reply declared = RawHttp.exchange(uri(), "OPTIONS", "/contract/preflight");
    assertThat(declared.status()).isEqualTo(200);
    service.awaitRecord();
    Reply undeclared =
        RawHttp.exchange(
            uri(),
            "OPTIONS",
            "/contract/guarded/7",
            "Origin: https://elsewhere.example",
            "Access-Control-Request-Method: GET");
    assertThat(undeclared.status()).isIn(404, 405);
    assertThat(undeclared.header("Access-Control-Allow-Origin")).isNull();
    service.awaitRecord();
    Reply overridden =
        RawHttp.exchange(uri(), "GET", "/contract/guarded/7", "X-HTTP-Method-Override: OPTIONS");
    assertThat(overridden.status()).isEqualTo(401);
    service.awaitRecord();
    assertThat(service.handled()).isEqualTo(1);
  }

  @Test
  void case08_handlerThatReturns_isRecordedInFull() throws Exception {
    Reply reply = get("/contract/guarded/7?x=1", READER, "User-Agent: contract/1.0");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("guarded 7");
    CallRecord record = service.awaitRecord();
    assertThat(record).isOk().hasSubject("alice");
    assertThat(record.outcome().code()).isEqualTo(200);
    assertThat(record.endpoint().operation()).isEqualTo("GET /contract/guarded/{id}");
    assertThat(record.method()).isEqualTo("GET");
    assertThat(record.path()).isEqualTo("/contract/guarded/7");
    assertThat(record.protocolVersion()).isEqualTo("1.1");
    assertThat(record.scheme()).isEqualTo("http");
    assertThat(record.clientAddress()).isNotEmpty();
    assertThat(record.userAgent()).isEqualTo("contract/1.0");
    assertThat(record.responseBytes()).isEqualTo("guarded 7".length());
    assertThat(record.firstByteNanos()).isBetween(0L, record.durationNanos());
  }

  @Test
  void case09_handlerThatThrows_isAnsweredWithoutDetails() throws Exception {
    Reply reply = get("/contract/fail");
    assertProblem(reply, 500, "internal");
    assertThat(reply.body()).doesNotContain(ContractService.SECRET, "Exception");
    CallRecord record = service.awaitRecord();
    assertThat(record).hasOutcome(Outcome.Kind.SERVER_ERROR);
    assertThat(record.outcome().error()).hasMessage(ContractService.SECRET);
  }

  @Test
  void case10_handlerThatThrowsLate_cutsTheAnswerOff() throws Exception {
    Reply reply = get("/contract/fail-late");
    assertThat(reply.isComplete()).as("the client can tell").isFalse();
    assertThat(reply.body()).doesNotContain(ContractService.SECRET);
    CallRecord record = service.awaitRecord();
    assertThat(record).hasOutcome(Outcome.Kind.SERVER_ERROR);
    assertThat(record.outcome().error()).hasMessage(ContractService.SECRET);
    assertThat(record.messages()).isEqualTo(1);
  }

  @Test
  void case11_asynchronousSuccess_endsTheCallOnce() throws Exception {
    Reply reply = get("/contract/async");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("later");
    assertThat(service.awaitRecord()).isOk();
  }

  @Test
  void case12_asynchronousFailure_isThatOfTheHandler() throws Exception {
    assertProblem(get("/contract/async-fail"), 500, "internal");
    CallRecord record = service.awaitRecord();
    assertThat(record).hasOutcome(Outcome.Kind.SERVER_ERROR);
    assertThat(record.outcome().error()).hasMessage(ContractService.SECRET);
  }

  @Test
  void case13_timeLimit_isAnswered() throws Exception {
    Reply reply = get("/contract/stuck", READER, "Contract-Admit: deadline 50");
    assertProblem(reply, 504, "timeout");
    assertThat(service.awaitRecord()).hasOutcome(Outcome.Kind.TIMEOUT);
    service.unstick();
  }

  @Test
  void case14_completionAfterTheTimeLimit_changesNothing() throws Exception {
    double before = doubleEnds();
    get("/contract/stuck", READER, "Contract-Admit: deadline 50");
    CallRecord record = service.awaitRecord();
    service.unstick();
    assertThat(service.unexpectedRecord()).isNull();
    assertThat(record).hasOutcome(Outcome.Kind.TIMEOUT);
    assertThat(doubleEnds()).as("the adapter ends once").isEqualTo(before);
  }

  @Test
  void case15_clientGoneBeforeTheBody_isCancelled() throws Exception {
    try (RawHttp http =
        RawHttp.open(uri(), "POST", "/contract/upload", WRITER, "Content-Length: 1000")) {
      http.send("the beginning of it");
      service.awaitRunning();
    }
    assertThat(service.awaitRecord()).hasOutcome(Outcome.Kind.CANCELLED);
  }

  @Test
  void case16_clientGoneMidBody_isCancelled() throws Exception {
    try (RawHttp http = RawHttp.open(uri(), "GET", "/contract/endless")) {
      http.head();
      for (int i = 0; i < 10; i++) {
        http.piece();
      }
    }
    CallRecord record = service.awaitRecord();
    assertThat(record).hasOutcome(Outcome.Kind.CANCELLED);
    assertThat(record.responseBytes()).isPositive();
  }

  @Test
  void case17_streamedAnswer_arrivesPieceByPiece() throws Exception {
    try (RawHttp http = RawHttp.open(uri(), "GET", "/contract/stream")) {
      service.step();
      assertThat(http.head()).isEqualTo(200);
      assertThat(http.piece()).isEqualTo("message 1\n");
      service.step();
      assertThat(http.piece()).isEqualTo("message 2\n");
      service.step();
      assertThat(http.piece()).isEqualTo("message 3\n");
      assertThat(http.piece()).isEmpty();
    }
    CallRecord record = service.awaitRecord();
    assertThat(record).isOk();
    assertThat(record.messages()).isEqualTo(3);
    assertThat(record.responseBytes()).isEqualTo(30);
    assertThat(record.firstByteNanos()).isBetween(0L, record.durationNanos());
  }

  @Test
  void case18_forward_isDecidedForItsTarget() throws Exception {
    Reply refused = get("/contract/forward-to-guarded", STRANGER);
    assertThat(refused.status()).isEqualTo(403);
    List<CallRecord> records = List.of(service.awaitRecord(), service.awaitRecord());
    assertThat(records).anyMatch(record -> record.parent() != null);
    assertThat(service.handled()).isZero();
  }

  @Test
  void case19_errorDispatch_keepsOneRecord() throws Exception {
    Reply reply = get("/contract/error-dispatch");
    assertThat(reply.status()).isEqualTo(500);
    assertThat(reply.header("Contract-Door")).isEqualTo("passed");
    assertThat(service.awaitRecord()).hasOutcome(Outcome.Kind.SERVER_ERROR);
  }

  @Test
  void case20_answerOfTheHost_isRecordedAsItsOwn() throws Exception {
    assertThat(get("/contract-host/refuse").status()).isEqualTo(403);
    CallRecord refused = service.awaitRecord();
    assertThat(refused).isRefusedBy("host");
    assertThat(refused.entered()).isFalse();
    assertThat(get("/contract-host/answer").status()).isEqualTo(200);
    assertThat(service.awaitRecord()).hasOutcome(Outcome.Kind.UNGOVERNED);
    assertThat(get("/contract-declared/answer").status()).isEqualTo(200);
    assertThat(service.awaitRecord()).isOk();
  }

  @Test
  void case21_innerAdapter_joinsTheCall() throws Exception {
    Reply reply = get("/contract/guarded/7", READER, "Contract-Outer: yes");
    assertThat(reply.status()).isEqualTo(200);
    CallRecord record = service.awaitRecord();
    assertThat(record).isOk().hasSubject("alice");
    assertThat(record.endpoint().operation()).isEqualTo("GET /contract/guarded/{id}");
    assertThat(record.parent()).isNull();
  }

  @Test
  void case22_secondEnd_isCountedAndIgnored() throws Exception {
    double before = doubleEnds();
    Reply reply = get("/contract/end-early");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("ended");
    assertThat(service.awaitRecord()).isOk();
    assertThat(service.unexpectedRecord()).isNull();
    assertThat(doubleEnds()).isEqualTo(before + 1);
  }

  @Test
  void case23_handlerRunAlthoughRefused_isCountedAndRecorded() throws Exception {
    double before = counter("flyball.call.handled_after_refusal");
    Call call =
        governor().begin(InProcessCarrier.get("/contract/open").header("Contract-Door", "refuse"));
    try (Scope scope = call.openScope()) {
      assertThat(call.await().proceeds()).isFalse();
    }
    call.end(Outcome.http(200));
    CallRecord record = service.awaitRecord();
    assertThat(record).isRefusedBy("contract-door");
    assertThat(record.handledAfterRefusal()).isTrue();
    assertThat(counter("flyball.call.handled_after_refusal")).isEqualTo(before + 1);
  }

  @Test
  void case24_headers_haveNoCaseAndMayRepeat() throws Exception {
    assertThat(get("/contract/guarded/7", "cOnTrAcT-cAlLeR: alice contract:read").status())
        .isEqualTo(200);
    service.awaitRecord();
    Reply reply = get("/contract/headers", "Contract-Many: one", "CONTRACT-MANY: two, three");
    assertThat(reply.body()).isEqualTo("one|two, three");
    service.awaitRecord();
  }

  @Test
  void case25_currentCall_isKnownInTheHandlerAndGoneAfterwards() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertThat(get("/contract/context").body()).isEqualTo("here there");
      assertThat(service.awaitRecord()).isOk();
    }
  }

  @Test
  void case26_pathTricks_neverChangeTheDecision() throws Exception {
    for (String path : PathTricks.of("/contract/guarded/7")) {
      Reply stranger = get(path, STRANGER);
      assertThat(stranger.status()).as("%s by a stranger", path).isIn(400, 403, 404, 405);
      Reply reader = get(path, READER);
      assertThat(reader.status()).as("%s by a reader", path).isIn(200, 400, 404, 405);
    }
    while (service.unexpectedRecord() != null) {
      // some of them are refused by the host before any adapter, the others have one each
    }
  }

  @Test
  void case27_pendingDecision_isWaitedFor() throws Exception {
    assertThat(get("/contract/open", "Contract-Door: pending").status()).isEqualTo(200);
    assertThat(service.awaitRecord()).isOk();
    assertProblem(get("/contract/open", "Contract-Door: pending-refuse"), 429, "throttled");
    assertThat(service.awaitRecord()).isRefusedBy("contract-door");
    List<CompletableFuture<Integer>> together =
        IntStream.range(0, 16)
            .mapToObj(i -> CompletableFuture.supplyAsync(this::pendingOnBothSides))
            .toList();
    for (CompletableFuture<Integer> each : together) {
      assertThat(each.get()).isEqualTo(200);
      assertThat(service.awaitRecord()).isOk();
    }
    assertProblem(get("/contract/open", "Contract-Admit: pending-refuse"), 503, "overloaded");
    assertThat(service.awaitRecord()).isRefusedBy("contract-admit");
  }

  @Test
  void case28_abortMidStream_cutsTheAnswerOff() throws Exception {
    try (RawHttp http = RawHttp.open(uri(), "GET", "/contract/stream")) {
      service.step();
      assertThat(http.head()).isEqualTo(200);
      assertThat(http.piece()).isEqualTo("message 1\n");
      Call call = service.awaitRunning();
      service.awaitAtStep();
      assertThat(call.abort(Problem.of(Problem.Kind.OVERLOADED, "drain"), "contract-abort"))
          .isTrue();
      assertThat(endsEarly(http)).as("the client can tell").isTrue();
      service.step();
      service.step();
    }
    CallRecord record = service.awaitRecord();
    assertThat(record).hasOutcome(Outcome.Kind.REFUSED).isRefusedBy("contract-abort");
    assertThat(record.messages()).isEqualTo(1);
  }

  @Test
  void case29_bodyOverItsLimit_isRefused() throws Exception {
    try (RawHttp http =
        RawHttp.open(uri(), "POST", "/contract/upload", WRITER, "Content-Length: 2001")) {
      assertProblem(http.reply(), 413, "too_large");
    }
    assertThat(service.awaitRecord()).isRefusedBy("body-limit");
    assertThat(service.handled()).isZero();
    try (RawHttp http =
        RawHttp.open(uri(), "POST", "/contract/upload", WRITER, "Transfer-Encoding: chunked")) {
      String chunk = "3e8\r\n" + "x".repeat(1000) + "\r\n";
      http.send(chunk + chunk + chunk + "0\r\n\r\n");
      assertProblem(http.reply(), 413, "too_large");
    }
    CallRecord record = service.awaitRecord();
    assertThat(record).hasProblem(413, "too_large");
    assertThat(record.requestBytes()).isBetween(2_001L, 3_000L);
    try (RawHttp http =
        RawHttp.open(uri(), "POST", "/contract/upload", WRITER, "Content-Length: 2000")) {
      http.send("x".repeat(2000));
      assertThat(http.reply().body()).isEqualTo("uploaded 2000");
    }
    assertThat(service.awaitRecord()).isOk();
  }

  @Test
  void case30_headersOfStages_areOnEveryAnswer() throws Exception {
    Reply success = get("/contract/open");
    assertThat(success.header("Contract-Door")).isEqualTo("passed");
    assertThat(success.header("Contract-Admit")).isEqualTo("passed");
    Reply refused = get("/contract/guarded/7");
    assertThat(refused.header("Contract-Door")).isEqualTo("passed");
    assertThat(refused.header("Contract-Admit")).isNull();
    Reply failed = get("/contract/fail");
    assertThat(failed.header("Contract-Door")).isEqualTo("passed");
    assertThat(failed.header("Contract-Admit")).isEqualTo("passed");
    assertThat(get("/contract/nowhere").header("Contract-Door")).isEqualTo("passed");
    for (int i = 0; i < 4; i++) {
      service.awaitRecord();
    }
  }

  // ---- short words

  private ContractHost host() {
    return Objects.requireNonNull(host);
  }

  private Governor governor() {
    return host().governor();
  }

  private URI uri() {
    return host().uri();
  }

  private Reply get(String target, String... headerLines) throws IOException {
    return RawHttp.exchange(uri(), "GET", target, headerLines);
  }

  private int pendingOnBothSides() {
    try {
      return get("/contract/open", "Contract-Door: pending", "Contract-Admit: pending").status();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean endsEarly(RawHttp http) {
    try {
      while (!http.piece().isEmpty()) {
        // what was on its way
      }
      return false;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static void assertProblem(Reply reply, int status, String code) {
    assertThat(reply.status()).as("%s", reply).isEqualTo(status);
    assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(reply.body())
        .contains("\"status\":" + status)
        .contains("\"code\":\"" + code + "\"")
        .contains("\"type\":", "\"title\":", "\"detail\":");
  }

  private double doubleEnds() {
    return counter("flyball.call.double_ends");
  }

  private double counter(String name) {
    return governor().meters().snapshots().stream()
        .filter(snapshot -> snapshot.name().equals(name))
        .mapToDouble(snapshot -> snapshot.series().get(0).value())
        .sum();
  }
}
