// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.io.PrintStream;
import java.util.Map;

/** Runs an issuer until the process is killed. */
public final class Main {

  private static final String DEFAULT_PORT = "9000";
  private static final String DEFAULT_AUDIENCE = "local";

  private Main() {}

  /**
   * Starts an issuer on 127.0.0.1 and prints how to get a token.
   *
   * @param arguments the port, else the variable {@code PORT}, else 9000; then the audience of its
   *     tokens, else the variable {@code AUDIENCE}, else {@code local}
   */
  public static void main(String[] arguments) {
    try {
      LocalIssuer issuer = start(arguments, System.getenv());
      Runtime.getRuntime().addShutdownHook(new Thread(issuer::close, "flyball-issuer-close"));
      print(issuer, System.out);
    } catch (RuntimeException e) {
      System.err.println("flyball-local-issuer: " + e.getMessage());
      System.exit(2);
    }
  }

  static LocalIssuer start(String[] arguments, Map<String, String> environment) {
    String port = choose(arguments, 0, environment.getOrDefault("PORT", DEFAULT_PORT));
    String audience = choose(arguments, 1, environment.getOrDefault("AUDIENCE", DEFAULT_AUDIENCE));
    return LocalIssuer.builder().port(port(port)).audience(audience).start();
  }

  private static String choose(String[] arguments, int index, String otherwise) {
    return arguments.length > index ? arguments[index] : otherwise;
  }

  private static int port(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("port " + text + " (expected: from 0 to 65535)", e);
    }
  }

  private static void print(LocalIssuer issuer, PrintStream out) {
    out.println("issuer  " + issuer.issuer());
    out.println("keys    " + issuer.url() + LocalIssuer.JWKS);
    out.println(
        "token   curl -s -d grant_type=client_credentials -d client_id=me -d scope=orders:read "
            + issuer.url()
            + LocalIssuer.TOKEN);
    out.println("anyone who can reach it gets any token; it listens on loopback only");
  }
}
