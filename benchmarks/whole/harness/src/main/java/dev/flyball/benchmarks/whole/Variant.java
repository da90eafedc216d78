// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

/** A row of the measurements: a server under one kind of load. */
enum Variant {
  B0(Server.BARE, TokenMode.KNOWN, "JDK HttpServer, bare"),
  B1(Server.GOVERNED, TokenMode.KNOWN, "JDK HttpServer, governed, known token"),
  B1N(Server.GOVERNED_NEW, TokenMode.NEW, "JDK HttpServer, governed, each token new"),
  B2(Server.OFF_FILTER, TokenMode.KNOWN, "JDK HttpServer, everything off, bare handler"),
  B2R(Server.OFF_ROUTE, TokenMode.KNOWN, "JDK HttpServer, everything off, our routes"),
  J0(Server.JETTY_BARE, TokenMode.KNOWN, "Jetty, bare"),
  J1(Server.JETTY_GOVERNED, TokenMode.KNOWN, "Jetty, governed, known token"),
  J1N(Server.JETTY_GOVERNED_NEW, TokenMode.NEW, "Jetty, governed, each token new"),
  V0(Server.SPRING_BARE, TokenMode.KNOWN, "Spring web, bare"),
  V4(Server.SPRING, TokenMode.KNOWN, "Spring, governed, known token"),
  V4N(Server.SPRING, TokenMode.NEW, "Spring, governed, each token new"),
  V4Q(Server.SPRING_QUIET, TokenMode.KNOWN, "Spring, governed, security not observed");

  private final Server server;
  private final TokenMode tokens;
  private final String description;

  Variant(Server server, TokenMode tokens, String description) {
    this.server = server;
    this.tokens = tokens;
    this.description = description;
  }

  Server server() {
    return server;
  }

  TokenMode tokens() {
    return tokens;
  }

  String description() {
    return description;
  }

  /** How it is called in tables: {@code b0}. */
  String id() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
