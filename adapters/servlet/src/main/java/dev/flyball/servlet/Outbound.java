// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.Call;
import dev.flyball.Header;
import dev.flyball.Problem;
import dev.flyball.TraceContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The one response to a request, whoever writes it: the application, through wrappers, or the call,
 * with a problem. Once the call has answered or was broken off, the application no longer reaches
 * it. Thread-safe.
 */
final class Outbound {

  private final Call call;
  private final HttpServletResponse response;
  private final Exchange exchange;
  private final boolean head;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean cut;
  private volatile boolean refusedWrites;

  // guarded by lock
  private boolean answered;
  private boolean started;
  private int headersAdded;
  private long unflushed;

  Outbound(Call call, HttpServletRequest request, HttpServletResponse response, Exchange exchange) {
    this.call = call;
    this.response = response;
    this.exchange = exchange;
    this.head = "HEAD".equals(request.getMethod());
  }

  boolean isCommitted() {
    return response.isCommitted();
  }

  int status() {
    return response.getStatus();
  }

  // ---- of the call

  /**
   * Answers with a problem in place of whatever the application has begun, while it can be done.
   */
  void problem(Call refused, Problem problem) {
    lock.lock();
    try {
      if (answered || response.isCommitted()) {
        return;
      }
      answered = true;
      TraceContext trace = call.trace();
      byte[] body = problem.toJson(trace == null ? null : trace.traceId());
      response.reset();
      call.responseHeaders().forEach(this::add);
      if (refused.parent() != null) {
        refused.responseHeaders().forEach(this::add);
      }
      problem.headers().forEach(this::add);
      response.setStatus(problem.status());
      response.setHeader("Cache-Control", "no-store");
      response.setContentType(Problem.MEDIA_TYPE);
      response.setContentLength(body.length);
      start();
      if (!head) {
        unflushed = body.length;
        response.getOutputStream().write(body);
      }
    } catch (IOException e) {
      exchange.clientGone(e);
    } finally {
      lock.unlock();
    }
  }

  /** Lets nothing more of the application through. */
  void cut() {
    cut = true;
  }

  /** Whether the application has been kept from writing. */
  boolean hasRefusedWrites() {
    return refusedWrites;
  }

  /** Counts what has not been counted yet. */
  void finish() {
    lock.lock();
    try {
      start();
      count();
    } finally {
      lock.unlock();
    }
  }

  // ---- of the application

  /** Adds the headers of stages that are not there yet, while it can be done. */
  void addHeaders() {
    lock.lock();
    try {
      List<Header> headers = call.responseHeaders();
      if (headersAdded < headers.size() && !answered && !response.isCommitted()) {
        headers.subList(headersAdded, headers.size()).forEach(this::add);
        headersAdded = headers.size();
      }
    } finally {
      lock.unlock();
    }
  }

  /** What the application has begun is gone. */
  void reset(boolean headersToo) {
    lock.lock();
    try {
      unflushed = 0;
      if (headersToo) {
        headersAdded = 0;
        addHeaders();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Writes a part of the body. */
  void write(Callbacks.Action action, long length) throws IOException {
    lock.lock();
    try {
      if (isOpen()) {
        action.run();
        unflushed += head ? 0 : length;
        if (!started && response.isCommitted()) {
          start();
        }
      }
    } catch (IOException e) {
      throw lost(e);
    } finally {
      lock.unlock();
    }
  }

  /** Sends what was written: one message. */
  void flush(Callbacks.Action action) throws IOException {
    lock.lock();
    try {
      if (isOpen()) {
        addHeaders();
        action.run();
        start();
        count();
      }
    } catch (IOException e) {
      throw lost(e);
    } finally {
      lock.unlock();
    }
  }

  /** Lets the container send an error; what was written is gone. */
  void error(Callbacks.Action action) throws IOException {
    lock.lock();
    try {
      if (!cut && !answered) {
        action.run();
        unflushed = 0;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Changes status or headers; without effect where it is too late. */
  void change(Runnable change) {
    lock.lock();
    try {
      if (!cut && !answered) {
        change.run();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isOpen() throws IOException {
    if (cut) {
      refusedWrites = true;
      throw new CutOff();
    }
    return !answered;
  }

  private IOException lost(IOException e) {
    if (!(e instanceof CutOff)) {
      exchange.clientGone(e);
    }
    return e;
  }

  private void add(Header header) {
    response.addHeader(header.name(), header.value());
  }

  private void start() {
    if (!started) {
      started = true;
      call.responseStarted(response.getStatus());
    }
  }

  private void count() {
    if (unflushed > 0) {
      call.bytesSent(unflushed);
      unflushed = 0;
    }
  }
}
