// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.flyball.AdminRoute;
import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.Endpoint;
import dev.flyball.FlyballModule;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Outcome;
import dev.flyball.Parameters;
import dev.flyball.Problem;
import dev.flyball.ProblemException;
import dev.flyball.Setup;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.servlet.Host.Container;
import dev.flyball.servlet.Servlets.Guarded;
import dev.flyball.servlet.Servlets.Mixed;
import dev.flyball.servlet.Servlets.Nobodys;
import dev.flyball.servlet.Servlets.Open;
import dev.flyball.servlet.Servlets.Whole;
import dev.flyball.testkit.contract.RawHttp;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the contract does not cover, in each container. */
class GovernedServletsTest {

  private static final String[] READER = {"Caller", "alice orders:read"};

  private static Servlets.Body text(String text) {
    return (request, response) -> response.getWriter().write(text);
  }

  // ---- endpoints

  @ParameterizedTest
  @EnumSource
  void methods_haveTheirOwnRules(Container container) throws Exception {
    try (AppFixture app = new AppFixture("/shop").servlet("/orders/*", new Mixed())) {
      Throwable undeclared = catchThrowable(() -> app.start(container));
      assertThat(undeclared).isNull();
      assertThat(app.host().governor().endpoints().all())
          .extracting(each -> each.endpoint().id())
          .containsExactly(
              "http:DELETE /shop/orders/*", "http:GET /shop/orders/*", "http:PUT /shop/orders/*");
      assertThat(app.get("/shop/orders/7").statusCode()).isEqualTo(200);
      assertThat(send(app, "PUT").statusCode()).isEqualTo(401);
      assertThat(send(app, "PUT", "Caller", "a orders:write").body()).isEqualTo("PUT");
      assertThat(send(app, "DELETE", "Caller", "a orders:write").statusCode())
          .as("no rule")
          .isEqualTo(403);
      HttpResponse<String> unknown = send(app, "POST");
      assertThat(unknown.statusCode()).isEqualTo(405);
      assertThat(unknown.headers().firstValue("Allow")).hasValue("DELETE, GET, HEAD, PUT");
      assertThat(send(app, "TRICK").statusCode()).isEqualTo(405);
    }
  }

  private static HttpResponse<String> send(AppFixture app, String method, String... headers)
      throws Exception {
    return app.send(method, "/shop/orders/7", BodyPublishers.noBody(), headers);
  }

  @ParameterizedTest
  @EnumSource
  void servletThatLooksAtMethodsItself_isOneEndpoint(Container container) throws Exception {
    try (AppFixture app = new AppFixture().servlet("/whole", new Whole()).start(container)) {
      assertThat(app.send("PATCH", "/whole", BodyPublishers.noBody()).statusCode()).isEqualTo(401);
      assertThat(app.record().endpoint().id()).isEqualTo("http:ANY /whole");
      assertThat(app.send("OPTIONS", "/whole", BodyPublishers.noBody(), READER).body())
          .isEqualTo("OPTIONS");
    }
  }

  @ParameterizedTest
  @EnumSource
  void servletThatIsAddedLate_isGovernedToo(Container container) throws Exception {
    try (AppFixture app = new AppFixture().servlet("/open", new Open(text("x"))).start(container)) {
      app.host().add("late", "/late", new Guarded(text("late")));
      assertThat(app.get("/late").statusCode()).isEqualTo(401);
      assertThat(app.get("/late", READER).body()).isEqualTo("late");
    }
  }

  @ParameterizedTest
  @EnumSource
  void annotationThatNobodyEnforces_failsTheDeployment(Container container) {
    AppFixture app = new AppFixture().servlet("/orders", new Guarded(text("")));
    app.builder.modules(List.of(new ServletModule())).property("flyball.servlet.error", "x");
    Throwable thrown = catchThrowable(() -> app.start(container));
    assertThat(thrown).isNotNull();
    assertThat(thrown)
        .hasStackTraceContaining("flyball cannot start: 2 problems")
        .hasStackTraceContaining("no module enforces @RequiresScope of http:GET /orders")
        .hasStackTraceContaining("did you mean flyball.servlet.errors?");
  }

  @ParameterizedTest
  @EnumSource
  void governor_closesWithTheApplication(Container container) throws Exception {
    AppFixture app = new AppFixture().servlet("/open", new Open(text("open"))).start(container);
    var governor = app.host().governor();
    app.close();
    assertThat(governor.lifecycle().state()).isEqualTo(dev.flyball.Lifecycle.State.CLOSED);
  }

  @ParameterizedTest
  @EnumSource
  void restOfThePath_isAParameterOfTheCall(Container container) throws Exception {
    Servlets.Body body =
        (request, response) ->
            response
                .getWriter()
                .write("" + Objects.requireNonNull(Call.current()).parameters().get("*"));
    try (AppFixture app = new AppFixture().servlet("/items/*", new Open(body)).start(container)) {
      assertThat(app.get("/items/7/parts").body()).isEqualTo("7/parts");
    }
  }

  // ---- what the application writes

  @ParameterizedTest
  @EnumSource
  void writer_isCountedInBytes(Container container) throws Exception {
    Servlets.Body body =
        (request, response) -> {
          response.setContentType("text/plain");
          response.setCharacterEncoding("UTF-8");
          response.getWriter().print("ä€😀");
          response.getWriter().printf("%d%n", 7);
          response.getWriter().println("x");
        };
    try (AppFixture app = new AppFixture().servlet("/text", new Open(body)).start(container)) {
      HttpResponse<String> reply = app.get("/text");
      assertThat(reply.body()).isEqualTo("ä€😀7\nx\n");
      assertThat(reply.headers().firstValue("Content-Type").orElse("").toLowerCase())
          .isEqualTo("text/plain;charset=utf-8");
      CallRecord record = app.record();
      assertThat(record.responseBytes()).isEqualTo(13);
      assertThat(record.messages()).isEqualTo(1);
      assertThat(record.firstByteNanos()).isNotNegative();
    }
  }

  @ParameterizedTest
  @EnumSource
  void redirect_isOkWithItsHeadersAndWithoutBody(Container container) throws Exception {
    Servlets.Body body = (request, response) -> response.sendRedirect("/elsewhere");
    try (AppFixture app = new AppFixture().servlet("/moved", new Open(body)).start(container)) {
      HttpResponse<String> reply = app.get("/moved");
      assertThat(reply.statusCode()).isEqualTo(302);
      assertThat(reply.headers().firstValue("Location").orElse("")).endsWith("/elsewhere");
      assertThat(app.record().outcome()).isEqualTo(Outcome.http(302));
      assertThat(app.furtherRecords()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void reset_keepsHeadersOfStages(Container container) throws Exception {
    Servlets.Body body =
        (request, response) -> {
          Objects.requireNonNull(Call.current()).addResponseHeader("Stage", "yes");
          response.getWriter().write("first");
          response.reset();
          response.getOutputStream().write('2');
        };
    try (AppFixture app = new AppFixture().servlet("/reset", new Open(body)).start(container)) {
      HttpResponse<String> reply = app.get("/reset");
      assertThat(reply.body()).isEqualTo("2");
      assertThat(reply.headers().allValues("Stage")).containsExactly("yes");
      assertThat(app.record().responseBytes()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void head_countsNoBody(Container container) throws Exception {
    try (AppFixture app =
        new AppFixture().servlet("/text", new Open(text("abc"))).start(container)) {
      HttpResponse<String> reply = app.send("HEAD", "/text", BodyPublishers.noBody());
      assertThat(reply.statusCode()).isEqualTo(200);
      CallRecord record = app.record();
      assertThat(record.endpoint().id()).isEqualTo("http:GET /text");
      assertThat(record.responseBytes()).isZero();
    }
  }

  // ---- what the application reads

  @ParameterizedTest
  @EnumSource
  void form_isReadWithinTheLimitAndAfterTheQuery(Container container) throws Exception {
    Servlets.Body body =
        (request, response) -> {
          response.setContentType("text/plain;charset=UTF-8");
          response
              .getWriter()
              .write(
                  String.join("|", request.getParameterValues("a"))
                      + request.getParameter("b")
                      + request.getParameter("c")
                      + request.getParameterMap().size());
        };
    try (AppFixture app =
        new AppFixture()
            .property("flyball.body-limit", "100")
            .servlet("/form", new Open(body))
            .start(container)) {
      String form = "a=2&a=%C3%A4+3&b";
      assertThat(post(app, form, true).body()).isEqualTo("1|2|ä 3null2");
      assertThat(app.record().requestBytes()).isEqualTo(form.length());
      assertThat(post(app, form, false).body()).isEqualTo("1|2|ä 3null2");
      assertThat(app.record().requestBytes()).isEqualTo(form.length());
      HttpResponse<String> large = post(app, "a=" + "x".repeat(200), false);
      assertThat(large.statusCode()).isEqualTo(413);
      assertThat(app.record()).hasProblem(413, "too_large");
      assertThat(post(app, "a=%zz", true).statusCode()).isEqualTo(400);
    }
  }

  private static HttpResponse<String> post(AppFixture app, String form, boolean sized)
      throws Exception {
    byte[] bytes = form.getBytes(StandardCharsets.US_ASCII);
    return app.send(
        "POST",
        "/form?a=1",
        sized
            ? BodyPublishers.ofByteArray(bytes)
            : BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)),
        "Content-Type",
        "application/x-www-form-urlencoded; charset=UTF-8");
  }

  @ParameterizedTest
  @EnumSource
  void reader_hasTheLimitOfTheCall(Container container) throws Exception {
    Servlets.Body body =
        (request, response) -> response.getWriter().write(request.getReader().readLine());
    try (AppFixture app =
        new AppFixture()
            .property("flyball.body-limit", "10")
            .servlet("/echo", new Open(body))
            .start(container)) {
      assertThat(chunked(app, "/echo", "0123456789").body()).isEqualTo("0123456789");
      assertThat(app.record().requestBytes()).isEqualTo(10);
      assertThat(refusedWhileRead(app, "/echo", "0123456789x")).isEqualTo(413);
    }
  }

  @ParameterizedTest
  @EnumSource
  void multipart_withoutLength_isRefused(Container container) throws Exception {
    Servlets.Body body =
        (request, response) -> response.getWriter().write("" + request.getParts().size());
    try (AppFixture app =
        new AppFixture()
            .with(context -> {
              ServletRegistration.Dynamic registration =
                  context.addServlet("parts", new Open(body));
              registration.addMapping("/parts");
              registration.setMultipartConfig(
                  new MultipartConfigElement(System.getProperty("java.io.tmpdir")));
            })
            .start(container)) {
      String parts = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--\r\n";
      String type = "multipart/form-data; boundary=x";
      assertThat(
              app.send("POST", "/parts", BodyPublishers.ofString(parts), "Content-Type", type)
                  .body())
          .isEqualTo("1");
      assertThat(app.record().requestBytes()).isEqualTo(parts.length());
      RawHttp.Reply refused =
          RawHttp.exchange(
              app.host().uri(),
              "POST",
              "/parts",
              "Transfer-Encoding: chunked",
              "Content-Type: " + type);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body()).contains("\"code\":\"length_required\"");
    }
  }

  private static HttpResponse<String> chunked(
      AppFixture app, String target, String body, String... headers) throws Exception {
    byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
    return app.send(
        "POST",
        target,
        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)),
        headers);
  }

  /** Reads the answer whatever becomes of the body, which an ordinary client would complain of. */
  private static int refusedWhileRead(AppFixture app, String target, String body)
      throws IOException {
    try (RawHttp http =
        RawHttp.open(app.host().uri(), "POST", target, "Transfer-Encoding: chunked")) {
      http.send(Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n");
      return http.head();
    }
  }

  @ParameterizedTest
  @EnumSource
  void callbacks_ofNonBlockingBodies_workForTheCall(Container container) throws Exception {
    try (AppFixture app =
        new AppFixture().servlet("/pipe", new Open(NonBlocking::begin)).start(container)) {
      String large = "x".repeat(200_000);
      HttpResponse<String> reply = chunked(app, "/pipe", large);
      assertThat(reply.body()).hasSize(200_001).startsWith("y");
      CallRecord record = app.record();
      assertThat(record).isOk();
      assertThat(record.requestBytes()).isEqualTo(200_000);
      assertThat(record.responseBytes()).isEqualTo(200_001);
    }
  }

  @ParameterizedTest
  @EnumSource
  void nonBlockingBody_overItsLimit_isRefused(Container container) throws Exception {
    try (AppFixture app =
        new AppFixture()
            .property("flyball.body-limit", "1000")
            .servlet("/pipe", new Open(NonBlocking::begin))
            .start(container)) {
      assertThat(refusedWhileRead(app, "/pipe", "x".repeat(5_000))).isEqualTo(413);
      assertThat(app.record()).hasProblem(413, "too_large");
    }
  }

  /** Reads all, then writes it back, as often as the container lets it; y if the call is known. */
  private static final class NonBlocking implements ReadListener, WriteListener {

    private final AsyncContext async;
    private final ServletInputStream in;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private boolean known = true;
    private int sent;

    private NonBlocking(AsyncContext async, ServletInputStream in) {
      this.async = async;
      this.in = in;
    }

    static void begin(HttpServletRequest request, HttpServletResponse response) throws IOException {
      ServletInputStream in = request.getInputStream();
      in.setReadListener(new NonBlocking(request.startAsync(), in));
    }

    @Override
    public void onDataAvailable() throws IOException {
      known &= Call.current() != null;
      byte[] buffer = new byte[1_000];
      while (in.isReady() && !in.isFinished()) {
        int count = in.read(buffer);
        if (count < 0) {
          return;
        }
        body.write(buffer, 0, count);
      }
    }

    @Override
    public void onAllDataRead() throws IOException {
      known &= Call.current() != null;
      async.getResponse().getOutputStream().setWriteListener(this);
    }

    @Override
    public void onWritePossible() throws IOException {
      known &= Call.current() != null;
      ServletOutputStream out = async.getResponse().getOutputStream();
      byte[] bytes = (body + (known ? "y" : "n")).getBytes(StandardCharsets.US_ASCII);
      byte[] all = new byte[bytes.length];
      all[0] = bytes[bytes.length - 1];
      System.arraycopy(bytes, 0, all, 1, bytes.length - 1);
      while (out.isReady()) {
        if (sent == all.length) {
          async.complete();
          return;
        }
        int count = Math.min(10_000, all.length - sent);
        out.write(all, sent, count);
        sent += count;
      }
    }

    @Override
    public void onError(Throwable error) {
      async.complete();
    }
  }

  // ---- errors

  @ParameterizedTest
  @EnumSource
  void sendError_leadsToTheErrorPage_withinTheCall(Container container) throws Exception {
    AtomicReference<Call> onPage = new AtomicReference<>();
    try (AppFixture app =
        new AppFixture()
            .servlet("/teapot", new Open((request, response) -> response.sendError(418, "no")))
            .servlet(
                "/page",
                new Nobodys((request, response) -> {
                  onPage.set(Call.current());
                  response.getWriter().write("page for " + request.getDispatcherType());
                }))
            .errorPage(418, "/page")
            .start(container)) {
      HttpResponse<String> reply = app.get("/teapot");
      assertThat(reply.statusCode()).isEqualTo(418);
      assertThat(reply.body()).isEqualTo("page for ERROR");
      CallRecord record = app.record();
      assertThat(record.outcome().code()).isEqualTo(418);
      assertThat(record.endpoint().id()).isEqualTo("http:GET /teapot");
      assertThat(record.responseBytes()).isEqualTo("page for ERROR".length());
      assertThat(onPage.get()).isSameAs(record);
      assertThat(app.furtherRecords()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void sendError_withoutErrorPage_endsTheCallToo(Container container) throws Exception {
    Servlets.Body body = (request, response) -> response.sendError(409);
    try (AppFixture app = new AppFixture().servlet("/taken", new Open(body)).start(container)) {
      assertThat(app.get("/taken").statusCode()).isEqualTo(409);
      assertThat(app.record().outcome()).isEqualTo(Outcome.http(409));
      assertThat(app.furtherRecords()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void governedErrorPage_isAChild(Container container) throws Exception {
    try (AppFixture app =
        new AppFixture()
            .servlet("/teapot", new Open((request, response) -> response.sendError(418)))
            .servlet("/page", new Guarded(text("page")))
            .errorPage(418, "/page")
            .start(container)) {
      assertThat(app.get("/teapot", READER).body()).isEqualTo("page");
      CallRecord child = app.record();
      assertThat(child.endpoint().id()).isEqualTo("http:GET /page");
      assertThat(child.parent()).isSameAs(app.record());
      HttpResponse<String> refused = app.get("/teapot");
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.body()).doesNotContain("page").contains("credentials_missing");
      assertThat(app.record()).isRefusedBy("authenticate");
      assertThat(app.record().endpoint().id()).isEqualTo("http:GET /teapot");
    }
  }

  @ParameterizedTest
  @EnumSource
  void exception_isLeftToTheHostWhereAsked(Container container) throws Exception {
    try (AppFixture app =
        new AppFixture()
            .property("flyball.servlet.errors", "host")
            .servlet(
                "/fail",
                new Open((request, response) -> {
                  throw new IllegalStateException("secret");
                }))
            .servlet("/page", new Nobodys(text("page")))
            .errorPage(500, "/page")
            .start(container)) {
      HttpResponse<String> reply = app.get("/fail");
      assertThat(reply.statusCode()).isEqualTo(500);
      assertThat(reply.body()).isEqualTo("page");
      CallRecord record = app.record();
      assertThat(record).hasOutcome(Outcome.Kind.SERVER_ERROR);
      assertThat(record.outcome().error()).hasMessage("secret");
      assertThat(app.get("/nothing").headers().firstValue("Content-Type").orElse(""))
          .doesNotContain("problem");
      assertThat(app.record()).hasOutcome(Outcome.Kind.CLIENT_ERROR);
      assertThat(app.furtherRecords()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void problemException_isAnsweredAsItIs_alsoInsideAServletException(Container container)
      throws Exception {
    Servlets.Body body =
        (request, response) -> {
          response.setHeader("X-Begun", "yes");
          response.getWriter().write("begun");
          throw new jakarta.servlet.ServletException(
              new ProblemException(Problem.of(Problem.Kind.NOT_FOUND, "no_such_order", "none")));
        };
    try (AppFixture app = new AppFixture().servlet("/gone", new Open(body)).start(container)) {
      HttpResponse<String> reply = app.get("/gone");
      assertThat(reply.statusCode()).isEqualTo(404);
      assertThat(reply.body()).contains("no_such_order").doesNotContain("begun");
      assertThat(reply.headers().firstValue("X-Begun")).isEmpty();
      assertThat(reply.headers().firstValue("Cache-Control")).hasValue("no-store");
      assertThat(app.record()).hasOutcome(Outcome.Kind.CLIENT_ERROR);
    }
  }

  @ParameterizedTest
  @EnumSource
  void requestThatTheHostRefuses_hasAtMostOneRecord(Container container) throws Exception {
    try (AppFixture app = new AppFixture().servlet("/open", new Open(text("x"))).start(container)) {
      assertThat(RawHttp.exchange(app.host().uri(), "GET", "/%zz").status()).isEqualTo(400);
      assertThat(app.furtherRecords()).hasSizeLessThan(2).noneMatch(record -> record.entered());
    }
  }

  // ---- forward and include

  @ParameterizedTest
  @EnumSource
  void forward_toAStrongerRule_isRefusedOrAChild(Container container) throws Exception {
    Servlets.Body forward =
        (request, response) -> {
          response.getWriter().write("never seen");
          request.getRequestDispatcher("/orders").forward(request, response);
        };
    try (AppFixture app =
        new AppFixture()
            .servlet("/front", new Open(forward))
            .servlet("/orders", new Guarded(text("orders")))
            .start(container)) {
      HttpResponse<String> refused = app.get("/front");
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.body()).doesNotContain("never seen", "orders\"");
      assertThat(app.record()).isRefusedBy("authenticate");
      assertThat(app.record().endpoint().id()).isEqualTo("http:GET /front");
      assertThat(app.get("/front", READER).body()).isEqualTo("orders");
      CallRecord child = app.record();
      assertThat(child).isOk().hasSubject("alice");
      assertThat(child.parent()).isSameAs(app.record());
    }
  }

  @ParameterizedTest
  @EnumSource
  void forward_byName_isDecidedToo(Container container) throws Exception {
    Servlets.Body forward =
        (request, response) ->
            request.getServletContext().getNamedDispatcher("orders").forward(request, response);
    try (AppFixture app =
        new AppFixture()
            .servlet("/front", new Open(forward))
            .servlet("orders", "/orders", new Guarded(text("orders")))
            .start(container)) {
      HttpResponse<String> refused = app.get("/front");
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.body()).contains("credentials_missing");
      assertThat(app.record()).isRefusedBy("authenticate");
      app.record();
      assertThat(app.get("/front", READER).body()).isEqualTo("orders");
      assertThat(app.record().endpoint().id()).isEqualTo("http:GET /orders");
      assertThat(app.get("/orders", READER).body()).isEqualTo("orders");
    }
  }

  @ParameterizedTest
  @EnumSource
  void forward_ofAServletThatNobodyGoverns_entersItsTarget(Container container) throws Exception {
    Servlets.Body forward =
        (request, response) -> request.getRequestDispatcher("/orders").forward(request, response);
    try (AppFixture app =
        new AppFixture()
            .servlet("/front", new Nobodys(forward))
            .servlet("/orders", new Guarded(text("orders")))
            .start(container)) {
      assertThat(app.get("/front").statusCode()).isEqualTo(401);
      CallRecord refused = app.record();
      assertThat(refused).isRefusedBy("authenticate");
      assertThat(refused.parent()).isNull();
      assertThat(app.get("/front", READER).body()).isEqualTo("orders");
      assertThat(app.record().endpoint().id()).isEqualTo("http:GET /orders");
      assertThat(app.furtherRecords()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void include_thatIsRefused_isThrownToTheIncludingServlet(Container container) throws Exception {
    Servlets.Body include =
        (request, response) -> {
          response.getWriter().write("before ");
          request.getRequestDispatcher("/orders").include(request, response);
          response.getWriter().write(" after");
        };
    try (AppFixture app =
        new AppFixture()
            .servlet("/page", new Open(include))
            .servlet("/orders", new Guarded(text("orders")))
            .start(container)) {
      HttpResponse<String> refused = app.get("/page");
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.body()).doesNotContain("before");
      assertThat(app.record()).isRefusedBy("authenticate");
      assertThat(app.record()).hasOutcome(Outcome.Kind.REFUSED);
      assertThat(app.get("/page", READER).body()).isEqualTo("before orders after");
      assertThat(app.record().endpoint().id()).isEqualTo("http:GET /orders");
      assertThat(app.record()).isOk();
    }
  }

  // ---- asynchronous requests

  @ParameterizedTest
  @EnumSource
  void asyncTimeout_isRecordedAsSuch(Container container) throws Exception {
    Servlets.Body body = (request, response) -> request.startAsync().setTimeout(50);
    try (AppFixture app = new AppFixture().servlet("/slow", new Open(body)).start(container)) {
      assertThat(app.get("/slow").statusCode()).isGreaterThanOrEqualTo(500);
      assertThat(app.record()).hasOutcome(Outcome.Kind.TIMEOUT);
      assertThat(app.furtherRecords()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void asyncTimeout_thatTheApplicationAnswers_isItsOwn(Container container) throws Exception {
    Servlets.Body body =
        (request, response) -> {
          AsyncContext async = request.startAsync();
          async.setTimeout(50);
          async.addListener(
              new Listening() {
                @Override
                public void onTimeout(AsyncEvent event) throws IOException {
                  async.getResponse().getWriter().write("patience");
                  async.complete();
                }
              });
        };
    try (AppFixture app = new AppFixture().servlet("/slow", new Open(body)).start(container)) {
      assertThat(app.get("/slow").body()).isEqualTo("patience");
      assertThat(app.record()).isOk();
    }
  }

  private static class Listening implements AsyncListener {

    @Override
    public void onComplete(AsyncEvent event) {}

    @Override
    public void onTimeout(AsyncEvent event) throws IOException {}

    @Override
    public void onError(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {}
  }

  @ParameterizedTest
  @EnumSource
  void asyncCompletion_racingWithAnAbort_endsOnce(Container container) throws Exception {
    AtomicReference<AsyncContext> begun = new AtomicReference<>();
    CountDownLatch[] ready = {new CountDownLatch(0)};
    Servlets.Body body =
        (request, response) -> {
          begun.set(request.startAsync());
          ready[0].countDown();
        };
    try (AppFixture app = new AppFixture().servlet("/race", new Open(body)).start(container)) {
      for (int i = 0; i < 50; i++) {
        ready[0] = new CountDownLatch(1);
        CompletableFuture<Integer> status =
            CompletableFuture.supplyAsync(() -> status(app, "/race"));
        assertThat(ready[0].await(10, TimeUnit.SECONDS)).isTrue();
        AsyncContext async = begun.get();
        Call call = Objects.requireNonNull(ServletCall.find(async.getRequest()));
        CompletableFuture<Void> completing = CompletableFuture.runAsync(async::complete);
        call.abort(Problem.of(Problem.Kind.OVERLOADED, "drain"), "test");
        completing.handle((value, error) -> null).get(10, TimeUnit.SECONDS);
        assertThat(status.get(10, TimeUnit.SECONDS)).isIn(200, 503);
        assertThat(app.record().outcome().kind()).isIn(Outcome.Kind.OK, Outcome.Kind.REFUSED);
      }
      assertThat(app.furtherRecords()).isEmpty();
      assertThat(app.counter("flyball.call.double_ends")).isZero();
      assertThat(app.counter("flyball.call.active")).isZero();
    }
  }

  private static int status(AppFixture app, String target) {
    try {
      return app.get(target).statusCode();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void asyncDispatch_toItself_keepsTheDecision(Container container) throws Exception {
    List<String> seen = new ArrayList<>();
    Servlets.Body body =
        (request, response) -> {
          seen.add(request.getDispatcherType() + " " + (Call.current() != null));
          if (seen.size() < 3) {
            request.startAsync().dispatch();
          } else {
            response.getWriter().write("third");
          }
        };
    try (AppFixture app = new AppFixture().servlet("/again", new Guarded(body)).start(container)) {
      assertThat(app.get("/again", READER).body()).isEqualTo("third");
      assertThat(seen).containsExactly("REQUEST true", "ASYNC true", "ASYNC true");
      CallRecord record = app.record();
      assertThat(record).isOk();
      assertThat(record.verdicts()).as("no stage twice").hasSize(3);
      assertThat(record.responseBytes()).isEqualTo(5);
      assertThat(app.furtherRecords()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void asyncDispatch_toAnotherEndpoint_isAChild(Container container) throws Exception {
    Servlets.Body dispatch = (request, response) -> request.startAsync().dispatch("/orders");
    try (AppFixture app =
        new AppFixture()
            .servlet("/front", new Open(dispatch))
            .servlet("/orders", new Guarded(text("orders")))
            .start(container)) {
      assertThat(app.get("/front", READER).body()).isEqualTo("orders");
      assertThat(List.of(app.record(), app.record()))
          .extracting(record -> record.endpoint().id())
          .containsExactly("http:GET /orders", "http:GET /front");
      HttpResponse<String> refused = app.get("/front");
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(app.record()).isRefusedBy("authenticate");
      assertThat(app.record().parent()).isNull();
      assertThat(app.furtherRecords()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void asyncTask_worksForTheCallAndLeavesNothing(Container container) throws Exception {
    Servlets.Body body =
        (request, response) -> {
          Call here = Call.current();
          AsyncContext async = request.startAsync();
          async.start(() -> {
            try {
              async.getResponse().getWriter().write("same " + (Call.current() == here));
            } catch (IOException e) {
              throw new AssertionError(e);
            }
            async.complete();
          });
        };
    try (AppFixture app = new AppFixture().servlet("/task", new Open(body)).start(container)) {
      for (int i = 0; i < 20; i++) {
        assertThat(app.get("/task").body()).isEqualTo("same true");
        assertThat(app.record()).isOk();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void blockingHandler_pastItsDeadline_isAnsweredWhenItReturns(Container container)
      throws Exception {
    CountDownLatch aborted = new CountDownLatch(1);
    Servlets.Body body =
        (request, response) -> {
          Call call = Objects.requireNonNull(Call.current());
          call.abort(Problem.of(Problem.Kind.TIMEOUT, "too slow"), "deadline");
          aborted.countDown();
          response.setStatus(201);
          response.getWriter().write("too late");
        };
    try (AppFixture app = new AppFixture().servlet("/slow", new Open(body)).start(container)) {
      HttpResponse<String> reply = app.get("/slow");
      assertThat(aborted.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(reply.statusCode()).isEqualTo(504);
      assertThat(reply.body()).contains("\"code\":\"timeout\"").doesNotContain("too late");
      assertThat(app.record()).hasOutcome(Outcome.Kind.TIMEOUT);
    }
  }

  @ParameterizedTest
  @EnumSource
  void blockingStream_thatIsBrokenOff_isCutAtItsNextWrite(Container container) throws Exception {
    Servlets.Body body =
        (request, response) -> {
          response.getOutputStream().print("begun");
          response.flushBuffer();
          Objects.requireNonNull(Call.current())
              .abort(Problem.of(Problem.Kind.OVERLOADED, "drain"), "drain");
          response.getOutputStream().print("more");
        };
    try (AppFixture app = new AppFixture().servlet("/slow", new Open(body)).start(container)) {
      RawHttp.Reply reply = RawHttp.exchange(app.host().uri(), "GET", "/slow");
      assertThat(reply.isComplete()).isFalse();
      assertThat(reply.body()).isEqualTo("begun");
      assertThat(app.record()).isRefusedBy("drain");
    }
  }

  // ---- the edge

  @ParameterizedTest
  @EnumSource
  void clientBehindTrustedProxy_isSeenAsItself(Container container) throws Exception {
    try (AppFixture app =
        new AppFixture()
            .property("flyball.proxies.trusted", "127.0.0.1")
            .servlet("/open", new Open(text("x")))
            .start(container)) {
      app.get("/open", "X-Forwarded-For", "198.51.100.7", "X-Forwarded-Proto", "https");
      CallRecord record = app.record();
      assertThat(record.clientAddress()).isEqualTo("198.51.100.7");
      assertThat(record.scheme()).isEqualTo("https");
    }
  }

  @ParameterizedTest
  @EnumSource
  void secondFilter_hasNoEffect(Container container) throws Exception {
    try (AppFixture app =
        new AppFixture()
            .servlet("/orders", new Guarded(text("orders")))
            .with(context ->
                context
                    .addFilter("inner", new GovernedFilter())
                    .addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), true, "/*"))
            .start(container)) {
      assertThat(app.get("/orders", READER).body()).isEqualTo("orders");
      assertThat(app.record()).isOk();
      assertThat(app.furtherRecords()).isEmpty();
      assertThat(app.get("/orders").statusCode()).isEqualTo(401);
    }
  }

  @ParameterizedTest
  @EnumSource
  void frameworkOnTop_entersItsEndpointLate(Container container) throws Exception {
    Method source = Router.class.getDeclaredMethod("order");
    GovernedEndpoint[] endpoint = new GovernedEndpoint[1];
    Servlets.Body router =
        (request, response) -> {
          if (endpoint[0] == null) {
            endpoint[0] =
                ServletGovernor.of(request.getServletContext())
                    .govern(
                        Endpoint.builder("http", "GET /api/{id}")
                            .source(Router.class, source)
                            .build());
          }
          try (ServletCall entered = ServletCall.enter(request, endpoint[0], Parameters.none())) {
            if (entered.proceeds()) {
              response.getWriter().write("routed " + (entered.call() == Call.current()));
            }
          }
        };
    try (AppFixture app =
        new AppFixture().servlet("/api/*", new Nobodys(router)).start(container)) {
      HttpResponse<String> refused = app.get("/api/7");
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(app.record()).isRefusedBy("authenticate");
      assertThat(app.get("/api/7", READER).body()).isEqualTo("routed true");
      assertThat(app.record().endpoint().id()).isEqualTo("http:GET /api/{id}");
      assertThat(app.furtherRecords()).isEmpty();
    }
  }

  private static final class Router {

    @RequiresScope("orders:read")
    void order() {}
  }

  // ---- pages for probes and scrapers

  private static FlyballModule adminModule() {
    return new FlyballModule() {
      @Override
      public String name() {
        return "admin-test";
      }

      @Override
      public void install(Setup setup) {
        setup.adminRoute(
            AdminRoute.probe("hello", request -> new AdminRoute.Response(200, "text/plain", "hi")));
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

  @ParameterizedTest
  @EnumSource
  void probe_isReadWithoutCredentialAndLeavesNoRecord(Container container) throws Exception {
    try (AppFixture app =
        new AppFixture("/shop", adminModule())
            .servlet("/open", new Open(text("x")))
            .start(container)) {
      assertThat(app.get("/shop/flyball/hello").body()).isEqualTo("hi");
      HttpResponse<String> broken = app.get("/shop/flyball/broken");
      assertThat(broken.statusCode()).isEqualTo(500);
      assertThat(broken.body()).doesNotContain("secret");
      assertThat(app.furtherRecords()).isEmpty();
      assertThat(app.get("/shop/flyball/none").statusCode()).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @EnumSource
  void scopedPage_isGovernedLikeAnyEndpoint(Container container) throws Exception {
    try (AppFixture app =
        new AppFixture(adminModule()).servlet("/open", new Open(text("x"))).start(container)) {
      assertThat(lever(app).statusCode()).isEqualTo(401);
      assertThat(lever(app, "Caller", "bob").statusCode()).isEqualTo(403);
      assertThat(lever(app, "Caller", "bob levers:pull").body()).isEqualTo("bob of test which=1");
      assertThat(app.get("/flyball/lever").statusCode()).isEqualTo(405);
      assertThat(app.record().endpoint().id()).isEqualTo("http:POST /flyball/lever");
    }
  }

  private static HttpResponse<String> lever(AppFixture app, String... headers) throws Exception {
    return app.send("POST", "/flyball/lever?which=1", BodyPublishers.noBody(), headers);
  }

  @ParameterizedTest
  @EnumSource
  void pages_areOnlyOnTheirPortWhereOneIsSet(Container container) throws Exception {
    try (AppFixture app =
        new AppFixture(adminModule())
            .property("flyball.servlet.admin-port", "1")
            .servlet("/open", new Open(text("x")))
            .start(container)) {
      assertThat(app.get("/flyball/hello").statusCode()).isEqualTo(404);
      assertThat(lever(app, "Caller", "bob levers:pull").statusCode()).isEqualTo(404);
      assertThat(app.get("/open").statusCode()).isEqualTo(200);
    }
  }
}
