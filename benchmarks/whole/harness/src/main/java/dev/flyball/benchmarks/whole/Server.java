// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import java.util.List;

/** A program that is measured, and how it is started. */
enum Server {
  BARE("flyball", "host.BareServer", Kind.HOST, List.of()),
  GOVERNED("flyball", "host.GovernedServer", Kind.GOVERNED_HOST, List.of()),
  /** A cache much smaller than the set of tokens: it is filled, and never of use. */
  GOVERNED_NEW(
      "flyball",
      "host.GovernedServer",
      Kind.GOVERNED_HOST,
      List.of("-Dflyball.auth.token-cache.size=64")),
  OFF_FILTER("flyball", "host.OffServer", Kind.OFF_HOST, List.of(), "filter"),
  OFF_ROUTE("flyball", "host.OffServer", Kind.OFF_HOST, List.of(), "route"),
  SPRING_BARE("spring-bare", "spring.BareHello", Kind.SPRING, List.of()),
  SPRING("spring-governed", "spring.GovernedHello", Kind.GOVERNED_SPRING, List.of()),
  SPRING_QUIET(
      "spring-governed",
      "spring.GovernedHello",
      Kind.GOVERNED_SPRING,
      List.of("-Dmanagement.observations.enable.spring.security=false")),
  JETTY_BARE("jetty-bare", "jetty.BareJetty", Kind.JETTY, List.of()),
  JETTY_GOVERNED("jetty-governed", "jetty.GovernedJetty", Kind.GOVERNED_JETTY, List.of()),
  JETTY_GOVERNED_NEW(
      "jetty-governed",
      "jetty.GovernedJetty",
      Kind.GOVERNED_JETTY,
      List.of("-Dflyball.auth.token-cache.size=64"));

  /** What a server needs to be told. */
  enum Kind {
    HOST,
    OFF_HOST,
    GOVERNED_HOST,
    JETTY,
    GOVERNED_JETTY,
    SPRING,
    GOVERNED_SPRING;

    boolean isGoverned() {
      return this == GOVERNED_HOST || this == GOVERNED_JETTY || this == GOVERNED_SPRING;
    }

    /** The peer needs a minute of full load until it is as fast as it gets. */
    boolean isSlowToWarm() {
      return this == SPRING || this == GOVERNED_SPRING;
    }
  }

  private static final String PACKAGE = "dev.flyball.benchmarks.whole.";

  private final String module;
  private final String main;
  private final Kind kind;

  // lists that cannot be changed
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<String> properties;

  @SuppressWarnings("ImmutableEnumChecker")
  private final List<String> arguments;

  Server(String module, String main, Kind kind, List<String> properties, String... arguments) {
    this.module = module;
    this.main = PACKAGE + main;
    this.kind = kind;
    this.properties = properties;
    this.arguments = List.of(arguments);
  }

  /** The folder of the module that holds the program. */
  String module() {
    return module;
  }

  String main() {
    return main;
  }

  Kind kind() {
    return kind;
  }

  /** Whether a promise is about its start: then it is started more than once. */
  boolean isStartCompared() {
    return switch (this) {
      case BARE, GOVERNED, SPRING_BARE, SPRING, JETTY_BARE, JETTY_GOVERNED -> true;
      case GOVERNED_NEW, OFF_FILTER, OFF_ROUTE, SPRING_QUIET, JETTY_GOVERNED_NEW -> false;
    };
  }

  /** Arguments of the virtual machine. */
  List<String> properties() {
    return properties;
  }

  List<String> arguments() {
    return arguments;
  }
}
