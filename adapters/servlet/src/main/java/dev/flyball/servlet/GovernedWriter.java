// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The body of a response as text: counted in the bytes that the container's writer makes of it. */
final class GovernedWriter extends PrintWriter {

  private final PrintWriter body;
  private final Charset charset;
  private final Outbound outbound;

  GovernedWriter(PrintWriter body, Charset charset, Outbound outbound) {
    super(body);
    this.body = body;
    this.charset = charset;
    this.outbound = outbound;
  }

  @Override
  public void write(int c) {
    write(new char[] {(char) c}, 0, 1);
  }

  @Override
  public void write(char[] text, int offset, int length) {
    write(() -> body.write(text, offset, length), CharBuffer.wrap(text, offset, length));
  }

  @Override
  public void write(@Nullable String text, int offset, int length) {
    String given = String.valueOf(text);
    write(() -> body.write(given, offset, length), CharBuffer.wrap(given, offset, offset + length));
  }

  @Override
  public void println() {
    write(System.lineSeparator());
  }

  @Override
  public void flush() {
    try {
      outbound.flush(() -> {
        if (body.checkError()) {
          throw new IOException("the client no longer takes what is written");
        }
      });
    } catch (IOException e) {
      setError();
    }
  }

  @Override
  public void close() {
    try {
      outbound.flush(body::close);
    } catch (IOException e) {
      setError();
    }
  }

  private void write(Callbacks.Action action, CharBuffer text) {
    try {
      outbound.write(action, length(text));
    } catch (IOException e) {
      setError();
    }
  }

  private long length(CharBuffer text) {
    if (charset.equals(StandardCharsets.UTF_8)) {
      return text.chars().mapToLong(GovernedWriter::utf8Length).sum();
    }
    boolean single =
        charset.equals(StandardCharsets.ISO_8859_1) || charset.equals(StandardCharsets.US_ASCII);
    return single ? text.length() : charset.encode(text.duplicate()).remaining();
  }

  /** Of the two halves of a surrogate pair each counts two of its four bytes. */
  private static long utf8Length(int c) {
    if (c < 0x80) {
      return 1;
    }
    return c < 0x800 || Character.isSurrogate((char) c) ? 2 : 3;
  }
}
