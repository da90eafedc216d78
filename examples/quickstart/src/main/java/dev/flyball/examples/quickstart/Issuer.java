// SPDX-License-Identifier: Apache-2.0
package dev.flyball.examples.quickstart;

import dev.flyball.issuer.LocalIssuer;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * The issuer of tokens, in a process of its own: so that it can be stopped while the service runs.
 * It ends with the process that started it.
 */
final class Issuer {

  private Issuer() {}

  /**
   * Runs until standard input ends.
   *
   * @param args the port
   */
  public static void main(String[] args) throws IOException {
    try (LocalIssuer issuer =
        LocalIssuer.builder().port(Integer.parseInt(args[0])).audience("orders").start()) {
      while (System.in.read() >= 0) {
        // nobody says anything: the end is what is waited for
      }
    }
  }

  /** Starts the process and waits until it answers. */
  static Process start(int port) throws IOException, InterruptedException {
    String java =
        System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
    Process process =
        new ProcessBuilder(
                java,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Issuer.class.getName(),
                String.valueOf(port))
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.INHERIT)
            .start();
    while (process.isAlive() && !answers(port)) {
      Thread.sleep(20);
    }
    return process;
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
