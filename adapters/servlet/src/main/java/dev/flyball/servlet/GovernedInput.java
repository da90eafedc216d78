// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;

/** The body of a request, counted, and read no further than the call allows. */
final class GovernedInput extends ServletInputStream {

  private final ServletInputStream body;
  private final Inbound inbound;
  private final Exchange exchange;

  GovernedInput(ServletInputStream body, Inbound inbound, Exchange exchange) {
    this.body = body;
    this.inbound = inbound;
    this.exchange = exchange;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int count = read(one, 0, 1);
    return count < 1 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int count;
    try {
      // one byte more than is allowed shows that there is more
      count = body.read(into, offset, (int) Math.min(length, inbound.mayRead() + 1));
    } catch (IOException e) {
      exchange.clientGone(e);
      throw e;
    }
    if (count > 0) {
      inbound.received(count);
    }
    return count;
  }

  @Override
  public int available() throws IOException {
    return body.available();
  }

  @Override
  public void close() throws IOException {
    body.close();
  }

  @Override
  public boolean isFinished() {
    return body.isFinished();
  }

  @Override
  public boolean isReady() {
    return body.isReady();
  }

  @Override
  public void setReadListener(ReadListener listener) {
    Callbacks callbacks = exchange.callbacks();
    body.setReadListener(
        new ReadListener() {
          @Override
          public void onDataAvailable() throws IOException {
            callbacks.run(listener::onDataAvailable);
          }

          @Override
          public void onAllDataRead() throws IOException {
            callbacks.run(listener::onAllDataRead);
          }

          @Override
          public void onError(Throwable error) {
            callbacks.failed(error, () -> listener.onError(error));
          }
        });
  }
}
