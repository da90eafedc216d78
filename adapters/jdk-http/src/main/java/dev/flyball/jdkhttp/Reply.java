// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.flyball.Call;
import dev.flyball.Carrier;
import dev.flyball.Header;
import dev.flyball.Outcome;
import dev.flyball.Problem;
import dev.flyball.ProblemException;
import dev.flyball.TraceContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one answer to a request, and the end of its call.
 *
 * <p>Handler, time limit and drain may all want to answer; the first does, the others find that
 * they are too late. Thread-safe.
 */
final class Reply {

  private static final byte[] NOTHING = {};

  private final HttpExchange exchange;
  private final Call call;
  private final BodyCodec codec;
  private final Wire wire;

  // guarded by this
  private boolean taken;
  private boolean ended;

  Reply(HttpExchange exchange, Call call, BodyCodec codec) {
    this.exchange = exchange;
    this.call = call;
    this.codec = codec;
    this.wire = new Wire(exchange, call);
  }

  /** Answers with what a handler has returned. */
  void success(@Nullable Object returned) {
    Object answer = returned instanceof Optional<?> found ? found.orElse(null) : returned;
    Response response =
        answer instanceof Response given ? given : Response.of(answer == null ? 204 : 200, answer);
    if (response.body() instanceof Streamed streamed) {
      stream(response, streamed);
      return;
    }
    byte[] body;
    try {
      body = encode(response.body());
    } catch (IOException e) {
      failure(e);
      return;
    }
    Header type = header(contentType(response.body()));
    if (take()) {
      setHeaders(response.headers(), type);
      write(response.status(), body, Outcome.http(response.status()));
    }
  }

  /** Answers with what a handler has thrown. */
  void failure(Throwable error) {
    if (error instanceof LimitedInput.ClientGone) {
      take();
      cut(Outcome.cancelled(error));
    } else if (error instanceof ProblemException thrown) {
      problem(thrown.problem(), error);
    } else {
      problem(Problem.of(Problem.Kind.INTERNAL, "the service has failed"), error);
    }
  }

  /** Answers with a problem, unless something has been answered. */
  void problem(Problem problem, @Nullable Throwable error) {
    if (take()) {
      TraceContext trace = call.trace();
      byte[] body = problem.toJson(trace == null ? null : trace.traceId());
      setHeaders(problem.headers(), header(Problem.MEDIA_TYPE));
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      write(problem.status(), body, Outcome.of(problem, error));
    }
  }

  /** Breaks the call off: answers with the problem, or stops the answer that is on its way. */
  void breakOff(Problem problem) {
    problem(problem, null);
    if (!hasEnded()) {
      cut(Outcome.of(problem, null));
    }
  }

  private void stream(Response response, Streamed streamed) {
    Header type = header(streamed.contentType());
    if (!take()) {
      return;
    }
    setHeaders(response.headers(), type);
    boolean empty = isBodiless(response.status());
    try {
      open(response.status(), empty ? -1 : 0);
      if (!empty) {
        streamed.writeTo(wire::send);
      }
      finish(Outcome.http(response.status()));
    } catch (Wire.Gone e) {
      cut(Outcome.cancelled(e));
    } catch (Throwable t) {
      cut(new Outcome(Outcome.Kind.SERVER_ERROR, response.status(), t));
    }
  }

  private void write(int status, byte[] body, Outcome outcome) {
    try {
      boolean empty = body.length == 0 || isBodiless(status);
      open(status, empty ? -1 : body.length);
      if (!empty) {
        wire.send(body);
        if (mayHaveMore()) {
          end(outcome); // all has been sent; closing waits for what is left of the request
        }
      }
      finish(outcome);
    } catch (Wire.Gone e) {
      cut(Outcome.cancelled(e));
    }
  }

  /** Else to close comes first: a client that has its answer may send the next request at once. */
  private boolean mayHaveMore() {
    Carrier carrier = call.carrier();
    return carrier.header("Content-Length") != null || carrier.header("Transfer-Encoding") != null;
  }

  private void open(int status, long length) throws Wire.Gone {
    Headers headers = exchange.getResponseHeaders();
    List<Header> ofCall = call.responseHeaders();
    for (int i = 0; i < ofCall.size(); i++) { // by index: nearly always there is none
      headers.add(ofCall.get(i).name(), ofCall.get(i).value());
    }
    call.responseStarted(status);
    wire.open(status, length);
  }

  private void finish(Outcome outcome) {
    try {
      wire.close();
    } finally {
      end(outcome);
    }
  }

  private void cut(Outcome outcome) {
    try {
      wire.cut();
    } finally {
      end(outcome);
    }
  }

  private void end(Outcome outcome) {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
    }
    call.end(outcome);
  }

  private synchronized boolean hasEnded() {
    return ended;
  }

  /** Whether this is the first to answer. */
  private synchronized boolean take() {
    boolean first = !taken;
    taken = true;
    return first;
  }

  /** Whether an answer has no body whatever the handler has given (RFC 9110, section 6.4.1). */
  private boolean isBodiless(int status) {
    return status == 204 || status == 304 || exchange.getRequestMethod().equals("HEAD");
  }

  /** Checked before the answer is taken: after that nobody could tell the client of a bad one. */
  private static @Nullable Header header(@Nullable String contentType) {
    return contentType == null ? null : new Header("Content-Type", contentType);
  }

  private void setHeaders(List<Header> headers, @Nullable Header contentType) {
    Headers response = exchange.getResponseHeaders();
    if (contentType != null) {
      response.set(contentType.name(), contentType.value());
    }
    for (int i = 0; i < headers.size(); i++) {
      Header header = headers.get(i);
      if (header.name().equalsIgnoreCase("Content-Type")) {
        response.set("Content-Type", header.value());
      } else {
        response.add(header.name(), header.value());
      }
    }
  }

  private byte[] encode(@Nullable Object body) throws IOException {
    if (body == null) {
      return NOTHING;
    }
    if (body instanceof byte[] bytes) {
      return bytes;
    }
    return body instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : codec.write(body);
  }

  private @Nullable String contentType(@Nullable Object body) {
    if (body == null) {
      return null;
    }
    if (body instanceof byte[]) {
      return "application/octet-stream";
    }
    return body instanceof String ? "text/plain; charset=utf-8" : codec.contentType();
  }
}
