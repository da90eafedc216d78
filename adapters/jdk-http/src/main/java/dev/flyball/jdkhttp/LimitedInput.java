// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import dev.flyball.Call;
import dev.flyball.Problem;
import dev.flyball.ProblemException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The body of a request, read no further than the call allows. */
final class LimitedInput extends FilterInputStream {

  /** The client has gone away while the body was read, or sends what is no body. */
  static final class ClientGone extends IOException {

    private static final long serialVersionUID = 1L;

    ClientGone(Exception cause) {
      super(cause.getMessage(), cause);
    }
  }

  private final Call call;
  private long left;

  LimitedInput(InputStream body, Call call) {
    super(body);
    this.call = call;
    this.left = call.bodyLimit();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int count = read(one, 0, 1);
    return count < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int count;
    try {
      // one byte more than is allowed shows that there is more
      count = in.read(into, offset, (int) Math.min(length, Math.max(1, left + 1)));
    } catch (IOException | RuntimeException e) {
      throw new ClientGone(e); // the host lets a chunk of impossible length run out of bounds
    }
    if (count > 0) {
      left -= count;
      call.bytesReceived(count);
    }
    if (left < 0) {
      throw new ProblemException(
          Problem.of(
              Problem.Kind.TOO_LARGE, "the body is larger than " + call.bodyLimit() + " bytes"));
    }
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = 0;
    byte[] waste = new byte[4_096];
    while (skipped < count) {
      int read = read(waste, 0, (int) Math.min(waste.length, count - skipped));
      if (read < 0) {
        break;
      }
      skipped += read;
    }
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
