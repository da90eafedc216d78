// SPDX-License-Identifier: Apache-2.0
package dev.flyball.examples.quickstart;

import dev.flyball.issuer.LocalIssuer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;

/**
 * The issuer of tokens, in a process of its own: so that it can be stopped while the service runs.
 * It ends with the process that started it.
 */
final class Issuer {

  private static final String READY = "ready";

  private Issuer() {}

  /**
   * Runs until standard input ends.
   *
   * @param args the port
   */
  public static void main(String[] args) throws IOException {
    try (LocalIssuer issuer =
        LocalIssuer.builder().port(Integer.parseInt(args[0])).audience("orders").start()) {
      System.out.println(READY);
      while (System.in.read() >= 0) {
        // nobody says anything: the end is what is waited for
      }
    } catch (UncheckedIOException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  /** Starts the process and waits until it listens; else its own message has said why not. */
  static Process start(int port) throws IOException {
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
            .redirectError(Redirect.INHERIT)
            .start();
    if (!READY.equals(process.inputReader().readLine())) {
      System.err.println("The issuer cannot run on port " + port + "; ISSUER_PORT names another.");
      System.exit(1);
    }
    return process;
  }
}
