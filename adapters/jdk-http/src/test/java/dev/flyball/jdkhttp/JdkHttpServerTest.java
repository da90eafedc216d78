// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import dev.flyball.AdminRoute;
import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.FlyballModule;
import dev.flyball.Outcome;
import dev.flyball.Principal;
import dev.flyball.Problem;
import dev.flyball.ProblemException;
import dev.flyball.Setup;
import dev.flyball.annotation.Public;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.settings.StartupException;
import dev.flyball.testkit.contract.RawHttp;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class JdkHttpServerTest {

  record Order(String id, int quantity) {}

  enum Size {
    SMALL,
    LARGE
  }

  @Public(reason = "test")
  static class Shop {

    @Route("GET /orders/{id}")
    Order get(String id) {
      return new Order(id, 1);
    }

    @Route("GET /orders/latest")
    Order latest() {
      return new Order("latest", 2);
    }

    @Route("POST /orders")
    Response create(Order order) {
      return Response.created(URI.create("/orders/" + order.id()), order);
    }

    @Route("GET /numbers/{whole}/{big}/{flag}")
    String numbers(int whole, long big, boolean flag) {
      return whole + " " + big + " " + flag;
    }

    @Route("GET /objects/{uuid}/{day}/{size}")
    String objects(UUID uuid, LocalDate day, Size size) {
      return uuid + " " + day + " " + size;
    }

    @Route("GET /search")
    String search(@Query String text, @Query("max") int limit, @Query Optional<Integer> page) {
      return text + " " + limit + " " + page.orElse(-1);
    }

    @Route("GET /nothing")
    void nothing() {}

    @Route("GET /null")
    Object nullAnswer() {
      return null;
    }

    @Route("GET /found/{id}")
    Optional<Order> find(int id) {
      return id == 1 ? Optional.of(new Order("1", 1)) : Optional.empty();
    }

    @Route("POST /notes")
    String note(String note) {
      return note;
    }

    @Route("POST /lists")
    int list(List<Order> orders) {
      return orders.size();
    }

    @Route("GET /sums/{sum}/{site}")
    String sum(BigDecimal sum, URI site) {
      return sum.scale() + " " + site.getScheme();
    }

    @Route("GET /bytes")
    byte[] bytes() {
      return new byte[] {1, 2, 3};
    }

    @Route("GET /page")
    Response page() {
      return Response.of(200, "<p>").header("Content-Type", "text/html");
    }

    @Route("GET /mine/{id}")
    @RequiresScope("orders:read")
    String mine(String id, Principal principal, Call call, HttpExchange exchange) {
      return principal.subject() + " " + call.endpoint().id() + " " + exchange.getRequestMethod();
    }

    @Route("GET /gone/{id}")
    Order gone(String id) {
      throw new ProblemException(
          Problem.of(Problem.Kind.NOT_FOUND, "no_such_order", "no such order"));
    }

    @Route("GET /self")
    Object self() {
      return new Object() {
        @SuppressWarnings("unused")
        public Object getSelf() {
          throw new IllegalStateException("secret");
        }
      };
    }

    @Route("GET /bad-type")
    Streamed badType() {
      return Streamed.of("text/plain\r\nX-Injected: 1", sink -> sink.send(new byte[1]));
    }

    @Route("GET /no-content")
    Response noContent() {
      return Response.of(204, "a text that nobody gets");
    }

    @Route("GET /thread")
    String thread() throws Exception {
      try {
        Method isVirtual = Thread.class.getMethod("isVirtual");
        return "virtual " + isVirtual.invoke(Thread.currentThread());
      } catch (NoSuchMethodException e) {
        return "platform";
      }
    }

    @Route(value = "POST /big", bodyLimit = 3_000_000)
    int big(byte[] body) {
      return body.length;
    }
  }

  // ---- arguments and answers

  @Test
  void pathVariable_isDecodedAndTyped() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      assertThat(app.get("/orders/a%20b").body()).isEqualTo("{\"id\":\"a b\",\"quantity\":1}");
      assertThat(app.get("/numbers/7/8000000000/true").body()).isEqualTo("7 8000000000 true");
      String uuid = "123e4567-e89b-12d3-a456-426614174000";
      assertThat(app.get("/objects/" + uuid + "/2026-11-21/LARGE").body())
          .isEqualTo(uuid + " 2026-11-21 LARGE");
    }
  }

  @Test
  void pathVariable_malformed_isInvalidRequest() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      HttpResponse<String> reply = app.get("/numbers/seven/1/true");
      assertThat(reply.statusCode()).isEqualTo(400);
      assertThat(reply.body())
          .contains("path variable whole is malformed (expected: a whole number)")
          .doesNotContain("Exception");
      assertThat(app.get("/objects/1-1-1-1-1/2026-11-21/LARGE").statusCode()).isEqualTo(400);
      assertThat(app.get("/numbers/1/1/yes").statusCode()).isEqualTo(400);
    }
  }

  @Test
  void pathVariable_ofATypeWithAConstructorForAText_isMade() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      assertThat(app.get("/sums/1.10/urn:a").body()).isEqualTo("2 urn");
      assertThat(app.get("/sums/x/urn:a").body())
          .contains("path variable sum is malformed (expected: a number)");
      assertThat(app.get("/objects/123e4567-e89b-12d3-a456-426614174000/1.1.2027/LARGE").body())
          .contains("path variable day is malformed (expected: a date such as 2027-03-31)");
    }
  }

  @Test
  void literalSegment_goesBeforeVariable() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      assertThat(app.get("/orders/latest").body()).contains("\"quantity\":2");
    }
  }

  @Test
  void queryParameter_isDecodedTypedAndMayBeAbsent() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      assertThat(app.get("/search?text=a%26b+c&max=5&page=2").body()).isEqualTo("a&b c 5 2");
      assertThat(app.get("/search?max=5").body()).isEqualTo("null 5 -1");
      assertThat(app.get("/search?text=x").body())
          .contains("query parameter max is missing (expected: a whole number)");
      assertThat(app.get("/search?max=many").statusCode()).isEqualTo(400);
    }
  }

  @Test
  void body_isReadAsJson() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      HttpResponse<String> reply =
          app.post("/orders", "{\"id\":\"7\",\"quantity\":3}", "Content-Type", "application/json");
      assertThat(reply.statusCode()).isEqualTo(201);
      assertThat(reply.headers().firstValue("Location")).hasValue("/orders/7");
      assertThat(reply.body()).isEqualTo("{\"id\":\"7\",\"quantity\":3}");
      CallRecord record = app.record();
      assertThat(record.requestBytes()).isEqualTo("{\"id\":\"7\",\"quantity\":3}".length());
    }
  }

  @Test
  void body_malformed_isInvalidRequestWithItsPlace() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      assertThat(app.post("/orders", "{\"id\":").body())
          .contains("\"status\":400", "the body is not valid JSON at line 1");
      assertThat(app.post("/orders", "{\"id\":\"7\",\"quantity\":\"many\"}").body())
          .contains("\"status\":400", "the body does not fit at quantity")
          .doesNotContain("jackson", "Order");
      assertThat(app.post("/orders", "null").body()).contains("the body is null");
      assertThat(app.post("/orders", "").body())
          .contains("\"status\":400", "the body is empty (expected: JSON)");
      assertThat(app.post("/lists", "[{\"quantity\":1},{\"quantity\":[]}]").body())
          .contains("the body does not fit at [1].quantity at line 1");
      assertThat(app.post("/orders", "{} trailing").statusCode()).isEqualTo(400);
    }
  }

  @Test
  void body_beyondTheBoundsOfJson_isInvalidRequest() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      for (String body :
          List.of(
              "{\"id\":\"7\",\"quantity\":" + "9".repeat(20_000) + "}",
              "{\"" + "n".repeat(60_000) + "\":1}",
              "{\"id\":" + "[".repeat(20_000))) {
        HttpResponse<String> reply = app.post("/orders", body);
        assertThat(reply.statusCode()).isEqualTo(400);
        assertThat(reply.body()).contains("\"detail\":\"the body ").doesNotContain("Stream");
      }
    }
  }

  @Test
  void body_inChunksOfImpossibleLength_isNoFaultOfTheService() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start();
        RawHttp client =
            RawHttp.open(app.server().uri(), "POST", "/orders", "Transfer-Encoding: chunked")) {
      client.send("ffffffff\r\nx");
      assertThat(app.record().outcome().kind()).isEqualTo(Outcome.Kind.CANCELLED);
    }
  }

  @Test
  void body_ofAnotherType_isRefusedByName() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      HttpResponse<String> reply = app.post("/orders", "id=7", "Content-Type", "text/plain");
      assertThat(reply.statusCode()).isEqualTo(415);
      assertThat(reply.body()).contains("\"code\":\"unsupported_media_type\"");
      assertThat(
              app.post(
                      "/orders",
                      "{\"id\":\"7\",\"quantity\":3}",
                      "Content-Type",
                      "application/vnd.shop+json; charset=utf-8")
                  .statusCode())
          .isEqualTo(201);
    }
  }

  @Test
  void body_askedForAsText_isTakenAsItIs() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      assertThat(app.post("/notes", "\u00fcber", "Content-Type", "text/plain").body())
          .isEqualTo("\u00fcber");
      assertThat(app.post("/notes", "").body()).isEmpty();
    }
  }

  @Test
  void bodyLimit_ofRoute_replacesThatOfTheService() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      assertThat(app.post("/big", "x".repeat(2_500_000)).body()).isEqualTo("2500000");
      String length = "Content-Length: 1100000";
      try (RawHttp client = RawHttp.open(app.server().uri(), "POST", "/orders", length)) {
        assertThat(client.head()).isEqualTo(413);
      }
    }
  }

  @Test
  void answer_ofEachType_hasItsForm() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      assertThat(app.get("/nothing").statusCode()).isEqualTo(204);
      assertThat(app.get("/null").statusCode()).isEqualTo(204);
      assertThat(app.get("/found/2").statusCode()).isEqualTo(204);
      assertThat(app.get("/found/1").body()).isEqualTo("{\"id\":\"1\",\"quantity\":1}");
      HttpResponse<String> bytes = app.get("/bytes");
      assertThat(bytes.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
      HttpResponse<String> page = app.get("/page");
      assertThat(page.headers().allValues("Content-Type")).containsExactly("text/html");
      HttpResponse<String> text = app.get("/numbers/1/2/true");
      assertThat(text.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
      HttpResponse<String> json = app.get("/orders/1");
      assertThat(json.headers().firstValue("Content-Type")).hasValue("application/json");
    }
  }

  @Test
  void answer_thatCannotBeWritten_isInternalProblem() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      HttpResponse<String> reply = app.get("/self");
      assertThat(reply.statusCode()).isEqualTo(500);
      assertThat(reply.body()).doesNotContain("secret");
      assertThat(app.record().outcome().kind()).isEqualTo(Outcome.Kind.SERVER_ERROR);
    }
  }

  @Test
  void answer_withAMediaTypeOfTwoLines_isInternalProblem() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      HttpResponse<String> reply = app.get("/bad-type");
      assertThat(reply.statusCode()).isEqualTo(500);
      assertThat(reply.headers().firstValue("X-Injected")).isEmpty();
      assertThat(app.record().outcome().kind()).isEqualTo(Outcome.Kind.SERVER_ERROR);
    }
  }

  @Test
  void answer_whoseStatusHasNoBody_isSentWithoutIt() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      assertThat(app.get("/no-content").statusCode()).isEqualTo(204);
      assertThat(app.record().outcome().kind()).isEqualTo(Outcome.Kind.OK);
    }
  }

  @Test
  void callPrincipalAndExchange_areGivenWhereAskedFor() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      assertThat(app.get("/mine/7", "Caller", "alice orders:read").body())
          .isEqualTo("alice http:GET /mine/{id} GET");
    }
  }

  @Test
  void problemException_isAnsweredAsItIs() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      HttpResponse<String> reply = app.get("/gone/7");
      assertThat(reply.statusCode()).isEqualTo(404);
      assertThat(reply.body()).contains("\"code\":\"no_such_order\"");
      assertThat(reply.headers().firstValue("Cache-Control")).hasValue("no-store");
      assertThat(app.record().outcome().kind()).isEqualTo(Outcome.Kind.CLIENT_ERROR);
    }
  }

  @Test
  void codec_mayBeReplaced() throws Exception {
    BodyCodec codec =
        new BodyCodec() {
          @Override
          public String contentType() {
            return "text/csv";
          }

          @Override
          public boolean reads(String contentType) {
            return contentType.equals("text/csv");
          }

          @Override
          public Object read(InputStream body, Type type) throws IOException {
            String[] cells = new String(body.readAllBytes(), StandardCharsets.UTF_8).split(",");
            return new Order(cells[0], Integer.parseInt(cells[1]));
          }

          @Override
          public byte[] write(Object object) {
            Order order = (Order) object;
            return (order.id() + "," + order.quantity()).getBytes(StandardCharsets.UTF_8);
          }
        };
    ServerFixture fixture = new ServerFixture().routes(new Shop());
    fixture.builder.codec(codec);
    try (ServerFixture app = fixture.start()) {
      HttpResponse<String> reply = app.post("/orders", "7,3", "Content-Type", "text/csv");
      assertThat(reply.body()).isEqualTo("7,3");
      assertThat(reply.headers().firstValue("Content-Type")).hasValue("text/csv");
    }
  }

  @Test
  void handlers_runOnVirtualThreadsWhereTheJdkHasThem() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      String expected = Runtime.version().feature() >= 21 ? "virtual true" : "platform";
      assertThat(app.get("/thread").body()).isEqualTo(expected);
    }
  }

  // ---- the edge of the server

  @Test
  void clientBehindTrustedProxy_isSeenAsItself() throws Exception {
    try (ServerFixture app =
        new ServerFixture()
            .property("flyball.proxies.trusted", "127.0.0.1")
            .routes(new Shop())
            .start()) {
      app.get("/nothing", "X-Forwarded-For", "198.51.100.7", "X-Forwarded-Proto", "https");
      CallRecord record = app.record();
      assertThat(record.clientAddress()).isEqualTo("198.51.100.7");
      assertThat(record.scheme()).isEqualTo("https");
    }
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      app.get("/nothing", "X-Forwarded-For", "198.51.100.7");
      assertThat(app.record().clientAddress()).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void hugeHeader_isRefusedByTheHostOrTheRoute() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      String huge = "X-Huge: " + "x".repeat(1_000_000);
      try {
        RawHttp.exchange(app.server().uri(), "GET", "/nothing", huge);
      } catch (IOException e) {
        assertThat(app.records).as("the host has reset the connection").isEmpty();
      }
      assertThat(app.get("/nothing").statusCode()).isEqualTo(204);
    }
  }

  @Test
  void connection_servesTheNextRequestAfterARefusalWithBody() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      for (int i = 0; i < 5; i++) {
        assertThat(app.post("/nowhere", "x".repeat(10_000)).statusCode()).isEqualTo(404);
        assertThat(app.get("/orders/" + i).statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void record_doesNotWaitForABodyThatNeverComes() throws Exception {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start();
        RawHttp client =
            RawHttp.open(app.server().uri(), "POST", "/nowhere", "Content-Length: 100")) {
      assertThat(client.head()).isEqualTo(404);
      assertThat(app.record().outcome().code()).isEqualTo(404);
    }
  }

  @Test
  void request_thatNeverEnds_isGivenUpByTheHost() {
    try (ServerFixture app = new ServerFixture().routes(new Shop()).start()) {
      assertThat(Integer.getInteger("sun.net.httpserver.maxReqTime")).isBetween(1, 60);
    }
  }

  // ---- the admin port

  private static FlyballModule adminModule() {
    return new FlyballModule() {
      @Override
      public String name() {
        return "admin-test";
      }

      @Override
      public void install(Setup setup) {
        setup.adminRoute(
            AdminRoute.probe(
                "hello", request -> new AdminRoute.Response(200, "text/plain", "hello")));
        setup.adminRoute(
            AdminRoute.probe(
                "broken",
                request -> {
                  throw new IllegalStateException("secret");
                }));
        setup.adminRoute(
            AdminRoute.scoped(
                "POST",
                "lever",
                "levers:pull",
                request ->
                    new AdminRoute.Response(
                        200, "text/plain", request.principal() + " " + request.query())));
      }
    };
  }

  @Test
  void probe_isReadWithoutCredentialAndLeavesNoRecord() throws Exception {
    try (ServerFixture app = new ServerFixture(adminModule()).routes(new Shop()).start()) {
      assertThat(app.admin("GET", "/flyball/hello").body()).isEqualTo("hello");
      assertThat(app.admin("HEAD", "/flyball/hello").statusCode()).isEqualTo(200);
      HttpResponse<String> broken = app.admin("GET", "/flyball/broken");
      assertThat(broken.statusCode()).isEqualTo(500);
      assertThat(broken.body()).doesNotContain("secret");
      assertThat(app.records).isEmpty();
    }
  }

  @Test
  void scopedPage_isGovernedLikeAnyEndpoint() throws Exception {
    try (ServerFixture app = new ServerFixture(adminModule()).routes(new Shop()).start()) {
      assertThat(app.admin("POST", "/flyball/lever").statusCode()).isEqualTo(401);
      assertThat(app.admin("POST", "/flyball/lever", "Caller", "bob").statusCode()).isEqualTo(403);
      HttpResponse<String> pulled =
          app.admin("POST", "/flyball/lever?which=1", "Caller", "bob levers:pull");
      assertThat(pulled.body()).isEqualTo("bob of test which=1");
      assertThat(app.admin("GET", "/flyball/lever").statusCode()).isEqualTo(405);
      assertThat(app.admin("GET", "/flyball/nothing").statusCode()).isEqualTo(404);
      assertThat(app.record().endpoint().id()).isEqualTo("http:POST /flyball/lever");
    }
  }

  @Test
  void adminPage_isNotOnThePortOfTheService() throws Exception {
    try (ServerFixture app = new ServerFixture(adminModule()).routes(new Shop()).start()) {
      assertThat(app.get("/flyball/hello").statusCode()).isEqualTo(404);
    }
  }

  // ---- start and stop

  static final class Bad {

    @Route("get /lower")
    String lower() {
      return "";
    }

    @Route("GET /a/{b}")
    String other(String c) {
      return c;
    }

    @Route("POST /two")
    String twoBodies(Order one, Order two) {
      return "";
    }

    @Route("GET /object/{x}")
    String unconvertible(Class<?> x) {
      return "";
    }

    @Route("GET /body")
    String forgottenQuery(boolean expand) {
      return "";
    }

    @Route("GET /same/{one}")
    @Public(reason = "test")
    String one(String one) {
      return one;
    }

    @Route("GET /same/{two}")
    @Public(reason = "test")
    String two(String two) {
      return two;
    }
  }

  @Test
  void wrongRoutes_areAllReportedAtOnce() {
    StartupException thrown =
        catchThrowableOfType(
            StartupException.class,
            () -> new ServerFixture().routes(new Bad(), "no route").start());
    assertThat(thrown.problems()).hasSize(7);
    assertThat(thrown)
        .hasMessageContaining("the route \"get /lower\" is malformed")
        .hasMessageContaining("no parameter is called like the variable b")
        .hasMessageContaining("2 parameters are neither variables of the path nor marked @Query")
        .hasMessageContaining(
            "the only source of the parameter expand is the body, and GET has none")
        .hasMessageContaining("the parameter x is a java.lang.Class")
        .hasMessageContaining("another route takes the same requests as GET /same/{two}")
        .hasMessageContaining("java.lang.String has no route")
        .hasMessageContaining("JdkHttpServerTest$Bad.lower");
  }

  @Test
  void portInUse_isAStartupProblemWithItsOrigin() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      ServerFixture fixture = new ServerFixture().routes(new Shop());
      fixture.builder.port(taken.getLocalPort());
      StartupException thrown = catchThrowableOfType(StartupException.class, () -> fixture.start());
      assertThat(thrown)
          .hasMessageContaining("cannot listen on 0.0.0.0:" + taken.getLocalPort())
          .hasMessageContaining("flyball.http.port");
    }
  }

  static final class Slow {

    final CountDownLatch running = new CountDownLatch(1);
    final CountDownLatch go = new CountDownLatch(1);

    @Route("GET /slow")
    @Public(reason = "test")
    String slow() throws InterruptedException {
      running.countDown();
      return go.await(10, TimeUnit.SECONDS) ? "done" : "late";
    }
  }

  @Test
  void probe_isAnsweredWhileEveryThreadOfTheServiceIsBusy() throws Exception {
    Slow slow = new Slow();
    try (ServerFixture app =
        new ServerFixture(adminModule())
            .property("flyball.http.threads", "1")
            .routes(slow)
            .start()) {
      CompletableFuture<String> running = CompletableFuture.supplyAsync(() -> body(app));
      assertThat(slow.running.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(app.admin("GET", "/flyball/hello").statusCode()).isEqualTo(200);
      assertThat(running).isNotDone();
      slow.go.countDown();
      assertThat(running.get(10, TimeUnit.SECONDS)).isEqualTo("done");
    }
  }

  @Test
  void gracefulStop_letsRunningCallsEndAndRefusesNewOnes() throws Exception {
    Slow slow = new Slow();
    try (ServerFixture app = new ServerFixture().routes(slow).start()) {
      CompletableFuture<String> running = CompletableFuture.supplyAsync(() -> body(app));
      assertThat(slow.running.await(10, TimeUnit.SECONDS)).isTrue();
      CompletableFuture<Void> closing = CompletableFuture.runAsync(app::close);
      while (app.server().governor().lifecycle().state() != dev.flyball.Lifecycle.State.CLOSED) {
        Thread.onSpinWait();
      }
      HttpResponse<String> refused = app.get("/slow");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("\"code\":\"overloaded\"");
      slow.go.countDown();
      assertThat(running.get(10, TimeUnit.SECONDS)).isEqualTo("done");
      closing.get(10, TimeUnit.SECONDS);
      assertThat(List.of(app.record().outcome().kind(), app.record().outcome().kind()))
          .containsExactlyInAnyOrder(Outcome.Kind.REFUSED, Outcome.Kind.OK);
    }
  }

  private static String body(ServerFixture app) {
    try {
      return app.get("/slow").body();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void drainTimeout_endsTheWaitForStuckCalls() throws Exception {
    Slow slow = new Slow();
    ServerFixture app =
        new ServerFixture().property("flyball.drain.timeout", "50ms").routes(slow).start();
    CompletableFuture<String> running = CompletableFuture.supplyAsync(() -> body(app));
    assertThat(slow.running.await(10, TimeUnit.SECONDS)).isTrue();
    app.close();
    assertThat(app.server().governor().lifecycle().activeCalls()).isEqualTo(1);
    slow.go.countDown();
    running.handle((body, error) -> null).get(10, TimeUnit.SECONDS);
  }
}
