// SPDX-License-Identifier: Apache-2.0
package dev.flyball.examples.quickstart;

import dev.flyball.GovernorBuilder;
import dev.flyball.jdkhttp.JdkHttpServer;
import dev.flyball.settings.StartupException;

/** Starts the service, and an issuer of tokens to call it with. */
public final class Quickstart {

  private Quickstart() {}

  /**
   * Runs until it is told to stop.
   *
   * @param args none
   */
  public static void main(String[] args) throws Exception {
    int port = port("PORT", 8080);
    int adminPort = port("ADMIN_PORT", 8081);
    int issuerPort = port("ISSUER_PORT", 9000);
    endWithParent();
    Process issuer = Issuer.start(issuerPort);
    try {
      JdkHttpServer.builder()
          .port(port)
          .adminPort(adminPort)
          .configure(governor -> trustIssuerAt(issuerPort, governor))
          .routes(new Orders())
          .start()
          .closeOnShutdown();
    } catch (StartupException e) {
      issuer.destroy();
      e.exit();
    }
    System.err.println(Help.text(port, adminPort, issuerPort, issuer.pid()));
  }

  /** The address in flyball.properties holds for the usual port only. */
  private static void trustIssuerAt(int issuerPort, GovernorBuilder governor) {
    if (issuerPort != 9000) {
      governor.property("flyball.auth.issuers.local.issuer", "http://127.0.0.1:" + issuerPort);
    }
  }

  private static int port(String variable, int otherwise) {
    String value = System.getenv(variable);
    return value == null ? otherwise : Integer.parseInt(value);
  }

  /** A build that started this may be killed without a word. */
  private static void endWithParent() {
    if (Boolean.getBoolean("quickstart.ends-with-parent")) {
      ProcessHandle.current()
          .parent()
          .ifPresent(parent -> parent.onExit().thenRun(() -> System.exit(0)));
    }
  }
}
