// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.Call;
import dev.flyball.Problem;
import dev.flyball.ProblemException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is read of the body of a request, by all who read it. Used by one thread at a time. */
final class Inbound {

  private final Call call;
  private final Exchange exchange;
  private @Nullable ServletInputStream stream;
  private @Nullable Map<String, String[]> form;
  private boolean readByContainer;
  private long read;

  Inbound(Call call, Exchange exchange) {
    this.call = call;
    this.exchange = exchange;
  }

  /** The one stream of the body. */
  ServletInputStream stream(ServletRequest request) throws IOException {
    ServletInputStream known = stream;
    if (known == null) {
      known = new GovernedInput(request.getInputStream(), this, exchange);
      stream = known;
    }
    return known;
  }

  /** The parameters of query and form. */
  Map<String, String[]> form(ServletRequest request) {
    Map<String, String[]> known = form;
    if (known == null) {
      try {
        known = Form.read(request, stream(request));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (IllegalArgumentException e) {
        throw new ProblemException(
            Problem.of(Problem.Kind.INVALID_REQUEST, "the form in the body is malformed"), e);
      }
      form = known;
    }
    return known;
  }

  long mayRead() {
    return Math.max(0, call.bodyLimit() - read);
  }

  void received(int count) {
    read += count;
    call.bytesReceived(count);
    if (read > call.bodyLimit()) {
      throw new ProblemException(
          Problem.of(
              Problem.Kind.TOO_LARGE, "the body is larger than " + call.bodyLimit() + " bytes"));
    }
  }

  /** The container reads a whole body by itself, whose announced length has been checked. */
  void readByContainer(long length) {
    if (!readByContainer) {
      readByContainer = true;
      call.bytesReceived(length);
    }
  }
}
