// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.contract;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A client of HTTP/1.1 that sends exactly what it is told to, well-formed or not, and goes away
 * when it is told to. One request on one connection; not thread-safe.
 */
public final class RawHttp implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 10_000;

  private final Socket socket;
  private final InputStream in;
  private final String method;
  private int status;
  private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private long left;
  private boolean chunked;
  private boolean insideChunks;
  private boolean ended;

  /** What came back. */
  public static final class Reply {

    private final int status;
    private final Map<String, List<String>> headers;
    private final String body;
    private final boolean complete;

    Reply(int status, Map<String, List<String>> headers, String body, boolean complete) {
      this.status = status;
      this.headers = headers;
      this.body = body;
      this.complete = complete;
    }

    /**
     * The status.
     *
     * @return from 100 to 599
     */
    public int status() {
      return status;
    }

    /**
     * The first value of a header.
     *
     * @param name in any case
     * @return null where it is absent
     */
    public @Nullable String header(String name) {
      List<String> values = headers.get(name);
      return values == null ? null : values.get(0);
    }

    /**
     * The body.
     *
     * @return as UTF-8
     */
    public String body() {
      return body;
    }

    /**
     * Whether the body came to its proper end.
     *
     * @return false where the connection ended first
     */
    public boolean isComplete() {
      return complete;
    }

    @Override
    public String toString() {
      return status + " " + headers + " " + body;
    }
  }

  private RawHttp(Socket socket, String method) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.method = method;
  }

  /**
   * Sends one request and reads the whole answer.
   *
   * @param server where to
   * @param method the method, as it is to be sent
   * @param target path and query, as they are to be sent
   * @param headerLines lines of headers
   * @return the answer
   * @throws IOException if there is none
   */
  public static Reply exchange(URI server, String method, String target, String... headerLines)
      throws IOException {
    try (RawHttp http = open(server, method, target, headerLines)) {
      return http.reply();
    }
  }

  /**
   * Sends the head of a request.
   *
   * @param server where to
   * @param method the method, as it is to be sent
   * @param target path and query, as they are to be sent
   * @param headerLines lines of headers; {@code Host} is added where it is not among them
   * @return a client that can send a body and read the answer
   * @throws IOException if the server does not take it
   */
  public static RawHttp open(URI server, String method, String target, String... headerLines)
      throws IOException {
    Socket socket = new Socket(server.getHost(), server.getPort());
    socket.setSoTimeout(TIMEOUT_MILLIS);
    RawHttp http = new RawHttp(socket, method);
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    if (Arrays.stream(headerLines).noneMatch(line -> line.startsWith("Host:"))) {
      head.append("Host: ").append(server.getHost()).append(':').append(server.getPort());
      head.append("\r\n");
    }
    for (String line : headerLines) {
      head.append(line).append("\r\n");
    }
    http.send(head.append("\r\n").toString());
    return http;
  }

  /**
   * Sends a part of the body, as it is.
   *
   * @param text the part
   * @throws IOException if the server does not take it
   */
  public void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  /**
   * Reads status and headers.
   *
   * @return the status
   * @throws IOException if there is no answer
   */
  public int head() throws IOException {
    String line = line();
    status = Integer.parseInt(line.split(" ", 3)[1]);
    for (String header = line(); !header.isEmpty(); header = line()) {
      int colon = header.indexOf(':');
      headers
          .computeIfAbsent(header.substring(0, colon), unused -> new ArrayList<>())
          .add(header.substring(colon + 1).strip());
    }
    if (status == 100) {
      headers.clear();
      return head();
    }
    chunked = "chunked".equals(first("Transfer-Encoding"));
    String length = first("Content-Length");
    left = chunked ? 0 : length == null ? Long.MAX_VALUE : Long.parseLong(length);
    ended = method.equals("HEAD") || status == 204 || status == 304 || (left == 0 && !chunked);
    return status;
  }

  /**
   * Reads the next piece of the body: a chunk, or what there is.
   *
   * @return empty at the end
   * @throws EOFException if the connection ended before the body did
   * @throws IOException if the connection broke
   */
  public String piece() throws IOException {
    if (ended) {
      return "";
    }
    if (chunked) {
      if (insideChunks) {
        line(); // the end of a chunk, which some servers send with the next one
      }
      int size = Integer.parseInt(line().split(";", 2)[0].strip(), 16);
      byte[] chunk = in.readNBytes(size);
      if (chunk.length < size) {
        throw new EOFException();
      }
      insideChunks = true;
      ended = size == 0;
      return new String(chunk, StandardCharsets.UTF_8);
    }
    byte[] buffer = new byte[8_192];
    int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
    if (count < 0) {
      if (left != Long.MAX_VALUE) {
        throw new EOFException();
      }
      ended = true;
      return "";
    }
    left = left == Long.MAX_VALUE ? left : left - count;
    ended = left == 0;
    return new String(buffer, 0, count, StandardCharsets.UTF_8);
  }

  /**
   * Reads the whole answer.
   *
   * @return the answer, complete or not
   * @throws IOException if there is not even a head
   */
  public Reply reply() throws IOException {
    head();
    StringBuilder body = new StringBuilder();
    boolean complete = true;
    try {
      for (String piece = piece(); !piece.isEmpty(); piece = piece()) {
        body.append(piece);
      }
    } catch (IOException e) {
      complete = false;
    }
    return new Reply(status, headers, body.toString(), complete);
  }

  /** Goes away, in whatever state the exchange is, so that the server can tell at once. */
  @Override
  public void close() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // it has gone
    }
  }

  private @Nullable String first(String name) {
    List<String> values = headers.get(name);
    return values == null ? null : values.get(0).toLowerCase(Locale.ROOT);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("after \"" + line.toString(StandardCharsets.UTF_8) + "\"");
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }
}
