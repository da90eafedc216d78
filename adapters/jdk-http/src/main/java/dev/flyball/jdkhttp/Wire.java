// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import com.sun.net.httpserver.HttpExchange;
import dev.flyball.Call;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one answer on their way to the client, and the means to stop them half-way.
 *
 * <p>The server of the JDK has no call that breaks an answer off: closing the exchange ends a
 * chunked body as if it were complete. Its sockets are interruptible channels, which close when a
 * thread that writes is interrupted; that is what {@link #cut} does. One thread writes; any thread
 * may cut.
 */
final class Wire {

  /** The client no longer takes what is written, or the answer was cut. */
  static final class Gone extends IOException {

    private static final long serialVersionUID = 1L;

    Gone(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  private final HttpExchange exchange;
  private final Call call;

  // guarded by this
  private @Nullable OutputStream out;
  private @Nullable Thread writer;
  private boolean cut;
  private boolean closed;

  /**
   * The wire of an exchange.
   *
   * @param call told of the bytes of each part
   */
  Wire(HttpExchange exchange, Call call) {
    this.exchange = exchange;
    this.call = call;
  }

  /**
   * Sends the head.
   *
   * @param length of the body; 0 where it is not known, -1 where there is none
   */
  void open(int status, long length) throws Gone {
    begin();
    try {
      exchange.sendResponseHeaders(status, length);
      OutputStream body = length < 0 ? null : exchange.getResponseBody();
      synchronized (this) {
        out = body;
      }
    } catch (IOException e) {
      throw new Gone(String.valueOf(e.getMessage()), e);
    } finally {
      leave();
    }
  }

  /** Sends a part of the body. */
  void send(byte[] bytes) throws Gone {
    OutputStream body;
    synchronized (this) {
      body = out;
    }
    if (body != null) {
      begin();
      try {
        call.bytesSent(bytes.length); // first: who has got a part may break the call off
        body.write(bytes);
        body.flush();
      } catch (IOException e) {
        throw new Gone(String.valueOf(e.getMessage()), e);
      } finally {
        leave();
      }
    }
  }

  /** To be called before this thread writes: whoever cuts interrupts it. */
  private void begin() throws Gone {
    synchronized (this) {
      if (cut) {
        throw new Gone("the answer was broken off", null);
      }
      writer = Thread.currentThread();
    }
  }

  /** To be called when this thread has written, or could not. */
  private void leave() {
    boolean interrupted;
    synchronized (this) {
      writer = null;
      interrupted = cut;
    }
    if (interrupted && Thread.interrupted()) {
      drop();
    }
  }

  /** Ends the answer; the connection may serve the next request. */
  void close() {
    synchronized (this) {
      closed = true;
    }
    exchange.close();
  }

  /** Ends the answer so that the client can see that it is not complete. */
  void cut() {
    synchronized (this) {
      if (closed) {
        return;
      }
      cut = true;
      Thread writing = writer;
      if (writing != null) {
        writing.interrupt();
        return;
      }
    }
    drop();
  }

  private void drop() {
    OutputStream body;
    synchronized (this) {
      body = out;
    }
    if (body != null) {
      boolean before = Thread.interrupted();
      Thread.currentThread().interrupt();
      try {
        touch(body);
      } catch (IOException e) {
        // the channel has closed, as it should
      } finally {
        Thread.interrupted();
        if (before) {
          Thread.currentThread().interrupt();
        }
      }
    }
    exchange.close();
  }

  /** Makes the stream reach its channel: with what it still holds, else with one byte more. */
  private static void touch(OutputStream body) throws IOException {
    body.flush();
    body.write(0);
    body.flush();
  }
}
