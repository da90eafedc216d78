// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;

/** The body of a response, counted, until the call is broken off. */
final class GovernedOutput extends ServletOutputStream {

  private final ServletOutputStream body;
  private final Exchange exchange;

  GovernedOutput(ServletOutputStream body, Exchange exchange) {
    this.body = body;
    this.exchange = exchange;
  }

  @Override
  public void write(int b) throws IOException {
    exchange.outbound().write(() -> body.write(b), 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    exchange.outbound().write(() -> body.write(bytes, offset, length), length);
  }

  @Override
  public void flush() throws IOException {
    exchange.outbound().flush(body::flush);
  }

  @Override
  public void close() throws IOException {
    exchange.outbound().flush(body::close);
  }

  @Override
  public boolean isReady() {
    return body.isReady();
  }

  @Override
  public void setWriteListener(WriteListener listener) {
    Callbacks callbacks = exchange.callbacks();
    body.setWriteListener(
        new WriteListener() {
          @Override
          public void onWritePossible() throws IOException {
            callbacks.run(listener::onWritePossible);
          }

          @Override
          public void onError(Throwable error) {
            callbacks.failed(error, () -> listener.onError(error));
          }
        });
  }
}
