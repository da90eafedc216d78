// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A kept connection with at most one request on its way. Any answer but the expected one fails. */
final class Connection {

  private static final String GOOD = "HTTP/1.1 200";
  private static final String BODY = "hello 7";
  private static final String LENGTH = "content-length:";

  private final SocketChannel channel;
  private final ByteBuffer out = ByteBuffer.allocateDirect(4_096);
  private final ByteBuffer in = ByteBuffer.allocate(16_384);
  private long sentAt;
  private int answerLength;

  private Connection(SocketChannel channel) {
    this.channel = channel;
  }

  static Connection open(InetSocketAddress server, Selector selector) throws IOException {
    SocketChannel channel = SocketChannel.open(server);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    Connection connection = new Connection(channel);
    channel.register(selector, SelectionKey.OP_READ, connection);
    return connection;
  }

  void send(byte[] request) throws IOException {
    out.clear().put(request).flip();
    in.clear();
    answerLength = 0;
    sentAt = System.nanoTime();
    channel.write(out);
    if (out.hasRemaining()) {
      throw new IOException("the server does not take a request of " + request.length + " bytes");
    }
  }

  long sentAt() {
    return sentAt;
  }

  /** Reads what there is. */
  boolean isAnswered() throws IOException {
    if (channel.read(in) < 0) {
      throw new IOException("the server has closed the connection after: " + text());
    }
    if (answerLength == 0) {
      readHead();
    }
    if (answerLength == 0 || in.position() < answerLength) {
      return false;
    }
    checkEnd();
    return true;
  }

  private void readHead() throws IOException {
    int end = endOfHead();
    if (end < 0) {
      return;
    }
    for (int i = 0; i < GOOD.length(); i++) {
      if (in.get(i) != GOOD.charAt(i)) {
        throw new IOException("the answer is not a 200: " + text());
      }
    }
    answerLength = end + contentLength(end);
  }

  private int endOfHead() {
    for (int i = 3; i < in.position(); i++) {
      if (in.get(i) == '\n' && in.get(i - 1) == '\r' && in.get(i - 2) == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  private int contentLength(int end) throws IOException {
    for (int i = 0; i < end - LENGTH.length(); i++) {
      if (in.get(i) == '\n' && isLength(i + 1)) {
        return digits(i + 1 + LENGTH.length());
      }
    }
    throw new IOException("the answer does not say how long it is: " + text());
  }

  private boolean isLength(int from) {
    for (int i = 0; i < LENGTH.length(); i++) {
      if ((in.get(from + i) | 0x20) != (LENGTH.charAt(i) | 0x20)) {
        return false;
      }
    }
    return true;
  }

  private int digits(int from) {
    int value = 0;
    for (int i = from; in.get(i) != '\r'; i++) {
      value = in.get(i) == ' ' ? value : 10 * value + in.get(i) - '0';
    }
    return value;
  }

  private void checkEnd() throws IOException {
    int from = answerLength - BODY.length();
    for (int i = 0; i < BODY.length(); i++) {
      if (in.get(from + i) != BODY.charAt(i)) {
        throw new IOException("the answer does not end with " + BODY + ": " + text());
      }
    }
  }

  private String text() {
    return new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1)
        .replaceAll("\\s+", " ")
        .toLowerCase(Locale.ROOT);
  }

  void close() throws IOException {
    channel.close();
  }
}
