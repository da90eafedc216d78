// SPDX-License-Identifier: Apache-2.0
package dev.flyball.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.Decision;
import dev.flyball.Outcome;
import dev.flyball.Problem;
import dev.flyball.testkit.InProcessCarrier;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever becomes of a request, its call ends once and says so. */
@Timeout(60)
class GovernedHttpClientTest {

  private static final HttpClient INSIDE = HttpClient.newHttpClient();

  private Peer peer;
  private Service service;
  private HttpClient client;

  @BeforeEach
  void start() throws IOException {
    peer = new Peer();
    serve(Service.observed());
  }

  private void serve(Service other) {
    if (service != null) {
      service.close();
    }
    service = other;
    client = service.client(INSIDE);
  }

  @AfterEach
  void stop() {
    assertThat(service.count("flyball.call.double_ends")).as("ended twice").isZero();
    assertThat(service.count("flyball.call.late_writes")).as("written late").isZero();
    peer.close();
    service.close();
  }

  private HttpRequest get(String target) {
    return HttpRequest.newBuilder(peer.uri(target)).build();
  }

  static Sending[] sendings() {
    return Sending.here();
  }

  // ---- answers

  static Stream<Arguments> statuses() {
    return Stream.of(Sending.here())
        .flatMap(sending ->
            Stream.of(
                Arguments.of(sending, 200, Outcome.Kind.OK),
                Arguments.of(sending, 204, Outcome.Kind.OK),
                Arguments.of(sending, 304, Outcome.Kind.OK),
                Arguments.of(sending, 401, Outcome.Kind.REFUSED),
                Arguments.of(sending, 403, Outcome.Kind.REFUSED),
                Arguments.of(sending, 404, Outcome.Kind.CLIENT_ERROR),
                Arguments.of(sending, 429, Outcome.Kind.CLIENT_ERROR),
                Arguments.of(sending, 500, Outcome.Kind.SERVER_ERROR),
                Arguments.of(sending, 504, Outcome.Kind.TIMEOUT),
                Arguments.of(sending, 599, Outcome.Kind.SERVER_ERROR)));
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void status_isTheOutcome(Sending sending, int status, Outcome.Kind kind) throws Exception {
    HttpResponse<String> response =
        sending.send(client, get("/status/" + status), BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(status);
    CallRecord record = service.outgoing().get(0);
    assertThat(record.outcome()).isEqualTo(new Outcome(kind, status, null));
    assertThat(record.firstByteNanos()).isNotNegative();
  }

  @ParameterizedTest
  @MethodSource("sendings")
  void record_saysWhatWasAskedAndAnswered(Sending sending) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(peer.uri("/echo/a%2Fb?token=secret#part"))
            .PUT(BodyPublishers.ofString("twelve bytes"))
            .build();
    HttpResponse<String> response = sending.send(client, request, BodyHandlers.ofString());

    assertThat(response.body()).isEqualTo("twelve bytes");
    assertThat(service.outgoing())
        .as("ended before the response was seen")
        .singleElement()
        .satisfies(record -> {
          assertThat(record.endpoint().id()).isEqualTo("client:payments");
          assertThat(record.method()).isEqualTo("PUT");
          assertThat(record.remoteHost()).isEqualTo("127.0.0.1");
          assertThat(record.scheme()).isEqualTo("http");
          assertThat(record.path()).isEqualTo("/echo/a%2Fb");
          assertThat(record.requestBytes()).isEqualTo(12);
          assertThat(record.responseBytes()).isEqualTo(12);
        });
  }

  @ParameterizedTest
  @MethodSource("sendings")
  void largeBodies_areStreamedAndCounted(Sending sending) throws Exception {
    long size = 400L * Peer.CHUNK;
    HttpRequest request =
        HttpRequest.newBuilder(peer.uri("/big/400"))
            .POST(BodyPublishers.ofInputStream(() -> new Zeros(size)))
            .build();
    HttpResponse<InputStream> response =
        sending.send(client, request, BodyHandlers.ofInputStream());
    assertThat(service.outgoing()).as("the body is still to come").isEmpty();
    try (InputStream body = response.body()) {
      assertThat(body.transferTo(OutputStream.nullOutputStream())).isEqualTo(size);
    }

    CallRecord record = service.record();
    assertThat(record.outcome()).isEqualTo(Outcome.http(200));
    assertThat(record.requestBytes()).isEqualTo(size);
    assertThat(record.responseBytes()).isEqualTo(size);
  }

  @Test
  void head_hasNoBody() throws Exception {
    HttpRequest head =
        HttpRequest.newBuilder(peer.uri("/status/200"))
            .method("HEAD", BodyPublishers.noBody())
            .build();
    client.send(head, BodyHandlers.ofByteArray());
    assertThat(service.record().method()).isEqualTo("HEAD");
    assertThat(service.record().responseBytes()).isZero();
  }

  @Test
  void redirect_isPartOfTheCall() throws Exception {
    client =
        service.client(HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build());
    HttpResponse<String> response = client.send(get("/moved"), BodyHandlers.ofString());

    assertThat(response.body()).isEqualTo("some text");
    CallRecord record = service.record();
    assertThat(record.path()).isEqualTo("/moved");
    assertThat(record.outcome()).isEqualTo(Outcome.http(200));
    assertThat(peer.requests)
        .hasSize(2)
        .allSatisfy(headers ->
            assertThat(headers.get("traceparent")).containsExactly(record.trace().traceparent()));
  }

  // ---- no answers

  @ParameterizedTest
  @MethodSource("sendings")
  void connectionThatIsRefused_isAFailure(Sending sending) {
    URI nobody = peer.uri("/text");
    peer.close();
    assertThatThrownBy(() ->
            sending.send(client, HttpRequest.newBuilder(nobody).build(), BodyHandlers.ofString()))
        .isInstanceOf(ConnectException.class);

    CallRecord record = service.record();
    assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.SERVER_ERROR);
    assertThat(record.outcome().code()).isZero();
    assertThat(record.outcome().error()).isInstanceOf(ConnectException.class);
    assertThat(record.firstByteNanos()).isEqualTo(-1);
  }

  @ParameterizedTest
  @MethodSource("sendings")
  void tlsThatFails_isAFailure(Sending sending) throws Exception {
    try (RawPeer plain = RawPeer.blurting("HTTP/1.1 400 Bad Request\r\n\r\n")) {
      HttpRequest request = HttpRequest.newBuilder(plain.uri("https")).build();
      // mostly an SSLException; the JDK's client may see the end before it sees that it is no TLS
      assertThatThrownBy(() -> sending.send(client, request, BodyHandlers.ofString()))
          .isInstanceOf(IOException.class);
    }
    assertThat(service.record().outcome().kind()).isEqualTo(Outcome.Kind.SERVER_ERROR);
    assertThat(service.record().scheme()).isEqualTo("https");
    assertThat(service.record().outcome().error()).isInstanceOf(IOException.class);
  }

  static Stream<Arguments> brokenAnswers() {
    return Stream.of(Sending.here())
        .flatMap(sending ->
            Stream.of(
                Arguments.of(sending, "", 0),
                Arguments.of(sending, "220 mail.example ESMTP\r\n", 0),
                Arguments.of(sending, "HTTP/1.1 200 OK\r\nContent-Length: 10", 0),
                Arguments.of(sending, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", 200),
                Arguments.of(
                    sending, "HTTP/1.1 503 No\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n", 503)));
  }

  @ParameterizedTest
  @MethodSource("brokenAnswers")
  void peerThatHangsUp_isAFailure(Sending sending, String answer, int status) throws Exception {
    try (RawPeer broken = RawPeer.answering(answer)) {
      HttpRequest request = HttpRequest.newBuilder(broken.uri("http")).build();
      assertThatThrownBy(() -> sending.send(client, request, BodyHandlers.ofString()))
          .isInstanceOf(IOException.class);
    }
    assertThat(service.record().outcome().kind()).isEqualTo(Outcome.Kind.SERVER_ERROR);
    assertThat(service.record().outcome().code()).isEqualTo(status);
    assertThat(service.record().outcome().error()).isInstanceOf(IOException.class);
  }

  @Test
  void peerThatResetsTheConnection_isAFailure() throws Exception {
    String half = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";
    try (RawPeer broken = RawPeer.resettingAfter(half)) {
      HttpRequest request = HttpRequest.newBuilder(broken.uri("http")).build();
      assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString()))
          .isInstanceOf(IOException.class);
    }
    assertThat(service.record().outcome().kind()).isEqualTo(Outcome.Kind.SERVER_ERROR);
  }

  @ParameterizedTest
  @MethodSource("sendings")
  void requestThatTheClientRejects_isAFailure(Sending sending) {
    HttpRequest odd = new OddRequest(URI.create("ftp://127.0.0.1/file"));
    assertThatThrownBy(() -> sending.send(client, odd, BodyHandlers.ofString()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(service.record().outcome().kind()).isEqualTo(Outcome.Kind.SERVER_ERROR);
  }

  // ---- time

  @ParameterizedTest
  @MethodSource("sendings")
  void requestThatTakesTooLong_isATimeout(Sending sending) {
    HttpRequest request =
        HttpRequest.newBuilder(peer.uri("/held")).timeout(Duration.ofMillis(50)).build();
    assertThatThrownBy(() -> sending.send(client, request, BodyHandlers.ofString()))
        .isInstanceOf(HttpTimeoutException.class);
    assertThat(service.record().outcome().kind()).isEqualTo(Outcome.Kind.TIMEOUT);
    assertThat(service.record().outcome().code()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"0, 60", "40, 40", "80, 60"})
  void shorterOfTimeoutAndTimeLeft_holds(int timeout, int expected) throws Exception {
    AtomicReference<HttpRequest> seen = new AtomicReference<>();
    HttpClient noting = service.client(new NotingClient(INSIDE, seen));
    HttpRequest.Builder request = HttpRequest.newBuilder(peer.uri("/text"));
    if (timeout > 0) {
      request.timeout(Duration.ofSeconds(timeout));
    }
    Call inbound = service.app.governor().begin(InProcessCarrier.get("/orders/7"));
    inbound.deadline(inbound.startNanos() + Duration.ofSeconds(60).toNanos());
    service.inside(inbound, () -> noting.send(request.build(), BodyHandlers.ofString()));
    assertThat(seen.get().timeout()).contains(Duration.ofSeconds(expected));
  }

  @ParameterizedTest
  @MethodSource("sendings")
  void requestWithoutTimeLeft_isNotSent(Sending sending) throws Exception {
    Call inbound = service.app.governor().begin(InProcessCarrier.get("/orders/7"));
    inbound.deadline(inbound.startNanos() + Duration.ofSeconds(1).toNanos());
    Throwable thrown =
        service.inside(
            inbound,
            () -> {
              service.app.time().advance(Duration.ofSeconds(1));
              return catchThrowable(
                  () -> sending.send(client, get("/text"), BodyHandlers.ofString()));
            });
    assertThat(thrown)
        .isInstanceOf(HttpTimeoutException.class)
        .hasMessageContaining("payments was not sent");
    assertThat(peer.requests).isEmpty();
    assertThat(service.record().outcome().kind()).isEqualTo(Outcome.Kind.TIMEOUT);
  }

  @ParameterizedTest
  @MethodSource("sendings")
  void deadline_breaksTheBodyOff(Sending sending) throws Exception {
    Call inbound = service.app.governor().begin(InProcessCarrier.get("/orders/7"));
    inbound.deadline(inbound.startNanos() + Duration.ofSeconds(60).toNanos());
    Throwable thrown =
        service.inside(
            inbound,
            () -> {
              InputStream body =
                  sending.send(client, get("/begun"), BodyHandlers.ofInputStream()).body();
              assertThat(body.readNBytes(5)).asString(StandardCharsets.UTF_8).isEqualTo("begun");
              service.app.time().advance(Duration.ofSeconds(60));
              return catchThrowable(body::read);
            });
    assertThat(thrown).hasRootCauseInstanceOf(HttpTimeoutException.class);
    CallRecord record = service.record();
    assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.TIMEOUT);
    assertThat(record.outcome().code()).isEqualTo(200);
    assertThat(record.refusal().rule()).isEqualTo("deadline");
    assertThat(record.responseBytes()).isEqualTo(5);
  }

  /** Without a thread of its own: the future fails although the peer never goes on. */
  @ParameterizedTest
  @ValueSource(strings = {"/held", "/begun"})
  void deadline_breaksOffWhatIsAwaited(String target) throws Exception {
    Call inbound = service.app.governor().begin(InProcessCarrier.get("/orders/7"));
    inbound.deadline(inbound.startNanos() + Duration.ofSeconds(60).toNanos());
    Throwable thrown =
        service.inside(
            inbound,
            () -> {
              CompletableFuture<HttpResponse<String>> response =
                  client.sendAsync(get(target), BodyHandlers.ofString());
              Awaitility.await().until(() -> !peer.requests.isEmpty());
              service.app.time().advance(Duration.ofSeconds(60));
              return catchThrowable(() -> Sending.outcome(response));
            });
    assertThat(thrown).isInstanceOf(HttpTimeoutException.class);
    assertThat(service.record().outcome().kind()).isEqualTo(Outcome.Kind.TIMEOUT);
  }

  @Test
  void deadline_breaksOffABodyThatIsReadWhole() throws Exception {
    Call inbound = service.app.governor().begin(InProcessCarrier.get("/orders/7"));
    inbound.deadline(inbound.startNanos() + Duration.ofSeconds(60).toNanos());
    BodyHandler<String> lateInTheBody =
        info -> {
          service.app.time().advance(Duration.ofSeconds(60));
          return BodySubscribers.ofString(StandardCharsets.UTF_8);
        };
    Throwable thrown =
        service.inside(
            inbound, () -> catchThrowable(() -> client.send(get("/begun"), lateInTheBody)));
    assertThat(thrown).isInstanceOf(HttpTimeoutException.class);
    assertThat(service.record().outcome().kind()).isEqualTo(Outcome.Kind.TIMEOUT);
  }

  // ---- giving up

  static Stream<Arguments> cancels() {
    return Stream.of("/held", "/begun")
        .flatMap(target ->
            Stream.of(
                Arguments.of(target, stage(response -> response)),
                Arguments.of(target, stage(response -> response.thenApply(HttpResponse::body))),
                Arguments.of(
                    target,
                    stage(response ->
                        response.thenApply(HttpResponse::body).thenApplyAsync(String::length))),
                Arguments.of(target, stage(CompletableFuture::copy))));
  }

  private static Function<CompletableFuture<HttpResponse<String>>, CompletableFuture<?>> stage(
      Function<CompletableFuture<HttpResponse<String>>, CompletableFuture<?>> stage) {
    return stage;
  }

  @ParameterizedTest
  @MethodSource("cancels")
  void cancelOfAnyStage_cancelsTheExchange(
      String target, Function<CompletableFuture<HttpResponse<String>>, CompletableFuture<?>> stage)
      throws Exception {
    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(get(target), BodyHandlers.ofString());
    Awaitility.await().until(() -> !peer.requests.isEmpty());

    assertThat(stage.apply(response).cancel(true)).isTrue();

    assertThatThrownBy(() -> response.get(20, TimeUnit.SECONDS))
        .isInstanceOfAny(CancellationException.class, ExecutionException.class);
    assertThat(service.record().outcome().kind()).isEqualTo(Outcome.Kind.CANCELLED);
  }

  @Test
  void cancelWithoutInterruption_leavesTheExchangeAlone() throws Exception {
    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(get("/held"), BodyHandlers.ofString());
    Awaitility.await().until(() -> !peer.requests.isEmpty());
    response.cancel(false);
    peer.release.countDown();
    assertThat(service.record().outcome()).isEqualTo(Outcome.http(200));
  }

  @Test
  void cancelAfterTheResponse_changesNothing() throws Exception {
    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(get("/text"), BodyHandlers.ofString());
    response.get(20, TimeUnit.SECONDS);
    assertThat(response.cancel(true)).isFalse();
    assertThat(service.record().outcome()).isEqualTo(Outcome.http(200));
  }

  @Test
  void threadThatIsInterrupted_givesUp() throws Exception {
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread sender =
        new Thread(() ->
            thrown.complete(
                catchThrowable(() -> client.send(get("/held"), BodyHandlers.ofString()))));
    sender.start();
    Awaitility.await().until(() -> !peer.requests.isEmpty());
    sender.interrupt();
    assertThat(thrown.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    assertThat(service.record().outcome().kind()).isEqualTo(Outcome.Kind.CANCELLED);
  }

  @ParameterizedTest
  @MethodSource("sendings")
  void streamThatIsClosedEarly_isGivenUp(Sending sending) throws Exception {
    HttpResponse<InputStream> response =
        sending.send(client, get("/begun"), BodyHandlers.ofInputStream());
    assertThat(response.body().read()).isEqualTo('b');
    response.body().close();
    assertThat(service.record().outcome())
        .isEqualTo(new Outcome(Outcome.Kind.CANCELLED, 200, null));
  }

  @Test
  void errorWhoseBodyIsNotRead_staysAnError() throws Exception {
    String error = "HTTP/1.1 503 No\r\nContent-Length: 1000000\r\n\r\npart";
    try (RawPeer failing = RawPeer.answering(error)) {
      HttpRequest request = HttpRequest.newBuilder(failing.uri("http")).build();
      HttpResponse<Flow.Publisher<List<ByteBuffer>>> response =
          client.send(request, BodyHandlers.ofPublisher());
      response.body().subscribe(new CancellingSubscriber());
    }
    assertThat(service.record().outcome()).isEqualTo(Outcome.http(503));
  }

  @ParameterizedTest
  @MethodSource("sendings")
  void publisherThatIsCancelled_isGivenUp(Sending sending) throws Exception {
    HttpResponse<Flow.Publisher<List<ByteBuffer>>> response =
        sending.send(client, get("/big/1000"), BodyHandlers.ofPublisher());
    assertThat(service.outgoing()).as("nobody has read yet").isEmpty();
    response.body().subscribe(new CancellingSubscriber());
    assertThat(service.record().outcome())
        .isEqualTo(new Outcome(Outcome.Kind.CANCELLED, 200, null));
  }

  // ---- readers

  private static final class ReaderFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  static Stream<Arguments> failingReaders() {
    BodyHandler<String> handler =
        info -> {
          throw new ReaderFailed();
        };
    BodyHandler<String> mapping =
        info ->
            BodySubscribers.mapping(
                BodySubscribers.ofString(StandardCharsets.UTF_8),
                text -> {
                  throw new ReaderFailed();
                });
    return Stream.of(Sending.here())
        .flatMap(sending ->
            Stream.of(
                Arguments.of(sending, "handler", handler),
                Arguments.of(sending, "mapping", mapping),
                Arguments.of(sending, "onSubscribe", failing("onSubscribe")),
                Arguments.of(sending, "onNext", failing("onNext")),
                Arguments.of(sending, "onComplete", failing("onComplete")),
                Arguments.of(sending, "getBody", failing("getBody"))));
  }

  private static BodyHandler<String> failing(String where) {
    return info -> new FailingReader(where);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("failingReaders")
  void readerThatThrows_isAFailure(Sending sending, String where, BodyHandler<String> handler) {
    Throwable thrown = catchThrowable(() -> sending.send(client, get("/text"), handler));
    assertThat(Stream.iterate(thrown, each -> each != null, Throwable::getCause))
        .hasAtLeastOneElementOfType(ReaderFailed.class);
    CallRecord record = service.record();
    assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.SERVER_ERROR);
    assertThat(record.outcome().code()).isEqualTo(200);
  }

  @Test
  void readerThatHasEnough_endsTheCall() throws Exception {
    HttpResponse<String> response = client.send(get("/big/1000"), info -> new FirstPart());
    assertThat(response.body()).isEqualTo("enough");
    assertThat(service.record().outcome())
        .isEqualTo(new Outcome(Outcome.Kind.CANCELLED, 200, null));
  }

  // ---- refusals

  static final Problem OPEN = Problem.of(Problem.Kind.OVERLOADED, "payments is given a rest");

  @ParameterizedTest
  @MethodSource("sendings")
  void stageThatRefuses_keepsTheRequestBack(Sending sending) {
    serve(Service.deciding(call -> Decision.refuse(OPEN, "breaker", "open")));
    assertThatThrownBy(() -> sending.send(client, get("/text"), BodyHandlers.ofString()))
        .isInstanceOfSatisfying(
            CallRefusedException.class,
            refused -> {
              assertThat(refused.rule()).isEqualTo("breaker");
              assertThat(refused.problem()).isSameAs(OPEN);
            })
        .hasMessage(
            "the call to payments was refused by breaker"
                + " (503 overloaded: payments is given a rest)");
    assertThat(peer.requests).isEmpty();
    CallRecord record = service.record();
    assertThat(record.outcome().kind()).isEqualTo(Outcome.Kind.REFUSED);
    assertThat(record.refusal().reason()).isEqualTo("open");
  }

  @Test
  void stageThatIsUndecided_blocksNobodyWhoSendsAsynchronously() throws Exception {
    CompletableFuture<Decision> later = new CompletableFuture<>();
    serve(Service.deciding(call -> Decision.pending(later)));
    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(get("/text"), BodyHandlers.ofString());
    assertThat(response).isNotDone();
    assertThat(peer.requests).isEmpty();
    later.complete(Decision.proceed());
    assertThat(response.get(20, TimeUnit.SECONDS).body()).isEqualTo("some text");
    assertThat(service.record().outcome()).isEqualTo(Outcome.http(200));
  }

  @Test
  void requestThatIsCancelledBeforeAStageHasDecided_isNotSent() {
    CompletableFuture<Decision> later = new CompletableFuture<>();
    serve(Service.deciding(call -> Decision.pending(later)));
    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(get("/text"), BodyHandlers.ofString());
    response.cancel(true);
    assertThat(service.record().outcome().kind()).isEqualTo(Outcome.Kind.CANCELLED);
    assertThat(later).isCancelled();
    assertThat(peer.requests).isEmpty();
  }

  @Test
  void callThatIsAborted_isBrokenOffWithItsRule() throws Exception {
    AtomicReference<Call> call = new AtomicReference<>();
    serve(
        Service.deciding(each -> {
          call.set(each);
          return Decision.proceed();
        }));
    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(get("/held"), BodyHandlers.ofString());
    Awaitility.await().until(() -> !peer.requests.isEmpty());
    call.get().abort(OPEN, "drain");
    assertThatThrownBy(() -> Sending.outcome(response))
        .isInstanceOfSatisfying(
            CallRefusedException.class, refused -> assertThat(refused.rule()).isEqualTo("drain"));
    assertThat(service.record().outcome().kind()).isEqualTo(Outcome.Kind.REFUSED);
  }

  @Test
  void governorThatIsClosed_refuses() {
    service.app.governor().close();
    assertThatThrownBy(() -> client.send(get("/text"), BodyHandlers.ofString()))
        .isInstanceOf(CallRefusedException.class);
    assertThat(peer.requests).isEmpty();
  }

  // ---- what the dependency sees

  @Test
  void dependency_seesNothingButTheTraceHeader() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(peer.uri("/text")).header("Authorization", "Basic eA==").build();
    INSIDE.send(request, BodyHandlers.ofString());
    client.send(request, BodyHandlers.ofString());
    Set<String> bare = new TreeSet<>(peer.requests.get(0).keySet());
    bare.add("Traceparent");
    assertThat(peer.requests.get(1).keySet()).containsExactlyInAnyOrderElementsOf(bare);
  }

  @Test
  void traceHeadersOfTheRequest_giveWayToThoseOfTheCall() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(peer.uri("/text"))
            .header("TraceParent", "00-" + "1".repeat(32) + "-" + "2".repeat(16) + "-01")
            .header("tracestate", "other=1")
            .header("tracestate", "more=2")
            .build();
    client.send(request, BodyHandlers.ofString());
    assertThat(peer.onlyRequest().get("traceparent"))
        .containsExactly(service.record().trace().traceparent());
    assertThat(peer.onlyRequest().get("tracestate")).isNull();
  }

  @Test
  void traceHeadersOfTheRequest_stayWhereNothingTraces() throws Exception {
    serve(Service.deciding(call -> Decision.proceed()));
    String traceparent = "00-" + "1".repeat(32) + "-" + "2".repeat(16) + "-01";
    HttpRequest request =
        HttpRequest.newBuilder(peer.uri("/text"))
            .headers("traceparent", traceparent, "tracestate", "other=1")
            .build();
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    assertThat(peer.onlyRequest().get("traceparent")).containsExactly(traceparent);
    assertThat(peer.onlyRequest().get("tracestate")).containsExactly("other=1");
    assertThat(response.request()).as("no copy where nothing changes").isEqualTo(request);
  }

  // ---- context

  @ParameterizedTest
  @MethodSource("sendings")
  void readersAndCallbacks_seeTheCallOfTheCaller(Sending sending) throws Exception {
    Call inbound = service.app.governor().begin(InProcessCarrier.get("/orders/7"));
    AtomicReference<Call> inHandler = new AtomicReference<>();
    AtomicReference<Call> inMapping = new AtomicReference<>();
    BodyHandler<String> handler =
        info -> {
          inHandler.set(Call.current());
          return BodySubscribers.mapping(
              BodySubscribers.ofString(StandardCharsets.UTF_8),
              text -> {
                inMapping.set(Call.current());
                return text;
              });
        };
    service.inside(inbound, () -> sending.send(client, get("/text"), handler));
    assertThat(inHandler.get()).isSameAs(inbound);
    assertThat(inMapping.get()).isSameAs(inbound);
  }

  @Test
  void callbacks_seeTheCallOfTheCaller() throws Exception {
    Call inbound = service.app.governor().begin(InProcessCarrier.get("/orders/7"));
    List<Call> seen =
        service.inside(
            inbound,
            () -> {
              CompletableFuture<Call> result = new CompletableFuture<>();
              CompletableFuture<Call> next = new CompletableFuture<>();
              CompletableFuture<HttpResponse<String>> response =
                  client.sendAsync(get("/held"), BodyHandlers.ofString());
              response
                  .whenComplete((value, error) -> result.complete(Call.current()))
                  .thenAccept(value -> next.complete(Call.current()));
              peer.release.countDown();
              return List.of(result.get(20, TimeUnit.SECONDS), next.get(20, TimeUnit.SECONDS));
            });
    assertThat(seen).containsExactly(inbound, inbound);
    assertThat(Call.current()).isNull();
  }

  // ---- names

  @Test
  void clientForManyHosts_namesThemByHost() throws Exception {
    client = GovernedHttpClient.of(service.app.governor(), INSIDE);
    client.send(get("/text"), BodyHandlers.discarding());
    assertThat(service.record().endpoint().id()).isEqualTo("client:127.0.0.1");
  }

  @Test
  void hosts_areNamedUpToALimit() {
    DependencyNames names = DependencyNames.byHost();
    for (int i = 0; i < DependencyNames.ByHost.MAX_HOSTS; i++) {
      assertThat(names.of(URI.create("http://h" + i + ".example"))).isEqualTo("h" + i + ".example");
    }
    assertThat(names.of(URI.create("http://new.example"))).isEqualTo("_OTHER");
    assertThat(names.of(URI.create("http://H7.Example:81/x"))).isEqualTo("h7.example");
    assertThat(names.of(URI.create("mailto:nobody"))).isEqualTo("_OTHER");
    assertThat(DependencyNames.host(URI.create("http://[::1]:80/"))).isEqualTo("::1");
  }

  @Test
  void blankName_isRejected() {
    assertThatThrownBy(() -> GovernedHttpClient.of(service.app.governor(), INSIDE, " "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: for example payments");
  }

  // ---- the client inside

  @Test
  void clientThatIsGovernedTwice_isGovernedOnce() throws Exception {
    HttpClient twice = GovernedHttpClient.of(service.app.governor(), client, "ledger");
    twice.send(get("/text"), BodyHandlers.discarding());
    assertThat(service.record().endpoint().id()).isEqualTo("client:ledger");
    assertThat(peer.onlyRequest().get("traceparent")).hasSize(1);
  }

  @Test
  void properties_areThoseOfTheClientInside() throws Exception {
    HttpClient inside =
        HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(3))
            .followRedirects(HttpClient.Redirect.NORMAL)
            .version(HttpClient.Version.HTTP_1_1)
            .cookieHandler(new java.net.CookieManager())
            .executor(Runnable::run)
            .proxy(HttpClient.Builder.NO_PROXY)
            .authenticator(new java.net.Authenticator() {})
            .build();
    HttpClient governed = service.client(inside);
    assertThat(governed.connectTimeout()).isEqualTo(inside.connectTimeout());
    assertThat(governed.followRedirects()).isEqualTo(inside.followRedirects());
    assertThat(governed.version()).isEqualTo(inside.version());
    assertThat(governed.cookieHandler()).isEqualTo(inside.cookieHandler());
    assertThat(governed.executor()).isEqualTo(inside.executor());
    assertThat(governed.proxy()).isEqualTo(inside.proxy());
    assertThat(governed.authenticator()).isEqualTo(inside.authenticator());
    assertThat(governed.sslContext()).isSameAs(inside.sslContext());
    assertThat(governed.sslParameters().getProtocols())
        .isEqualTo(inside.sslParameters().getProtocols());
    assertThat(governed.newWebSocketBuilder()).isNotNull();
  }

  @Test
  void end_isThatOfTheClientInside() throws Exception {
    HttpClient inside = HttpClient.newHttpClient();
    GovernedHttpClient governed = GovernedHttpClient.of(service.app.governor(), inside);
    assertThat(governed.isTerminated()).isFalse();
    governed.shutdown();
    assertThat(governed.awaitTermination(Duration.ofSeconds(20))).isTrue();
    assertThat(governed.isTerminated()).isEqualTo(Sending.hasVirtualThreads());
    governed.shutdownNow();
    if (Sending.hasVirtualThreads()) {
      assertThatThrownBy(() -> governed.send(get("/text"), BodyHandlers.discarding()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void serviceThatIsSwitchedOff_stillCalls() throws Exception {
    serve(Service.observed(app -> app.property("flyball.enabled", "false")));
    assertThat(client.send(get("/text"), BodyHandlers.ofString()).body()).isEqualTo("some text");
    assertThat(service.outgoing()).isEmpty();
    assertThat(peer.onlyRequest().get("traceparent")).isNull();
  }

  // ---- parts

  /** As many zeros as it is told to give. */
  private static final class Zeros extends InputStream {

    private long left;

    Zeros(long size) {
      this.left = size;
    }

    @Override
    public int read() {
      return left-- > 0 ? 0 : -1;
    }

    @Override
    public int read(byte[] bytes, int from, int length) {
      if (left <= 0) {
        return -1;
      }
      int count = (int) Math.min(left, length);
      left -= count;
      return count;
    }
  }

  private static final class CancellingSubscriber implements Flow.Subscriber<List<ByteBuffer>> {

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.cancel();
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {}

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onComplete() {}
  }

  /** Takes one part and then has enough. */
  private static final class FirstPart implements BodySubscriber<String> {

    private final CompletableFuture<String> body = new CompletableFuture<>();
    private Flow.Subscription subscription;

    @Override
    public CompletionStage<String> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription upstream) {
      subscription = upstream;
      upstream.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
      subscription.cancel();
      body.complete("enough");
    }

    @Override
    public void onError(Throwable error) {
      body.completeExceptionally(error);
    }

    @Override
    public void onComplete() {
      body.complete("all");
    }
  }

  /** Throws in one of its methods. */
  private static final class FailingReader implements BodySubscriber<String> {

    private final String where;
    private final CompletableFuture<String> body = new CompletableFuture<>();

    FailingReader(String where) {
      this.where = where;
    }

    private void reach(String place) {
      if (place.equals(where)) {
        throw new ReaderFailed();
      }
    }

    @Override
    public CompletionStage<String> getBody() {
      reach("getBody");
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      reach("onSubscribe");
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
      reach("onNext");
    }

    @Override
    public void onError(Throwable error) {
      body.completeExceptionally(error);
    }

    @Override
    public void onComplete() {
      reach("onComplete");
      body.complete("read");
    }
  }
}
