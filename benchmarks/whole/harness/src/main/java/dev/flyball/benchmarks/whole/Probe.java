// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One request on a connection of its own. */
final class Probe {

  private static final int TIMEOUT_MILLIS = 5_000;

  private Probe() {}

  /** The status of the answer. */
  static int status(int port, @Nullable String token) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(request(port, token, true));
      String head = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      if (!head.startsWith("HTTP/1.1 ") || head.length() < 12) {
        throw new IOException("no answer in HTTP: " + head);
      }
      return Integer.parseInt(head.substring(9, 12));
    }
  }

  static byte[] request(int port, @Nullable String token, boolean isLast) {
    return ("GET /hello/7 HTTP/1.1\r\nHost: 127.0.0.1:"
            + port
            + "\r\n"
            + (token == null ? "" : "Authorization: Bearer " + token + "\r\n")
            + (isLast ? "Connection: close\r\n" : "")
            + "\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }
}
