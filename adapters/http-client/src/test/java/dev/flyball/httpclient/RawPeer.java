// SPDX-License-Identifier: Apache-2.0
package dev.flyball.httpclient;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A peer that answers every request with the same bytes, right or wrong, and hangs up. */
final class RawPeer implements AutoCloseable {

  private final ServerSocket listener;
  private final boolean listens;
  private final boolean reset;

  private RawPeer(String answer, boolean listens, boolean reset) throws IOException {
    this.listens = listens;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.reset = reset;
    Thread thread = new Thread(() -> serve(answer.getBytes(StandardCharsets.ISO_8859_1)));
    thread.setDaemon(true);
    thread.start();
  }

  static RawPeer answering(String bytes) throws IOException {
    return new RawPeer(bytes, true, false);
  }

  static RawPeer resettingAfter(String bytes) throws IOException {
    return new RawPeer(bytes, true, true);
  }

  /** Speaks without having listened. */
  static RawPeer blurting(String bytes) throws IOException {
    return new RawPeer(bytes, false, false);
  }

  URI uri(String scheme) {
    String host = listener.getInetAddress().getHostAddress();
    return URI.create(scheme + "://" + host + ":" + listener.getLocalPort() + "/broken");
  }

  private void serve(byte[] answer) {
    while (!listener.isClosed()) {
      try (Socket socket = listener.accept()) {
        BufferedReader request =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        for (String line = listens ? request.readLine() : null;
            line != null && !line.isEmpty();
            line = request.readLine()) {}
        OutputStream out = socket.getOutputStream();
        out.write(answer);
        out.flush();
        if (reset) {
          socket.setSoLinger(true, 0);
        }
      } catch (IOException e) {
        // the next one
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
