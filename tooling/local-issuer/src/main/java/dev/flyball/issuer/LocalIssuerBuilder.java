// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Describes an issuer before it starts. Not thread-safe. */
public final class LocalIssuerBuilder {

  String host = "127.0.0.1";
  int port;
  @Nullable String issuer;
  List<String> audience = List.of("local");
  List<Algorithm> algorithms = List.of(Algorithm.RS256);
  Duration lifetime = Duration.ofMinutes(5);
  InstantSource clock = InstantSource.system();
  ClientPolicy policy = ClientPolicy.open();

  LocalIssuerBuilder() {}

  /**
   * Sets the address to listen on; 127.0.0.1 if not called.
   *
   * @param host an address of loopback, or a name of one
   * @return this builder
   */
  public LocalIssuerBuilder host(String host) {
    this.host = Objects.requireNonNull(host, "host");
    return this;
  }

  /**
   * Sets the port; any that is free if not called.
   *
   * @param port 0 for any that is free
   * @return this builder
   */
  public LocalIssuerBuilder port(int port) {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " (expected: from 0 to 65535)");
    }
    this.port = port;
    return this;
  }

  /**
   * Sets the identifier of the issuer; its URL if not called.
   *
   * @param issuer what the tokens bear as {@code iss}
   * @return this builder
   */
  public LocalIssuerBuilder issuer(String issuer) {
    this.issuer = Objects.requireNonNull(issuer, "issuer");
    return this;
  }

  /**
   * Sets the audience of tokens that ask for no other; {@code local} if not called.
   *
   * @param audience one or more
   * @return this builder
   */
  public LocalIssuerBuilder audience(String... audience) {
    if (audience.length == 0) {
      throw new IllegalArgumentException("no audience (expected: one or more)");
    }
    this.audience = List.of(audience);
    return this;
  }

  /**
   * Sets the algorithms whose keys are made and published at the start; RS256 if not called. Keys
   * of others are made when first used, which a client that has the key set by then does not know.
   *
   * @param first the one that signs where nobody says otherwise
   * @param others any others
   * @return this builder
   */
  public LocalIssuerBuilder algorithms(Algorithm first, Algorithm... others) {
    Algorithm[] all = new Algorithm[others.length + 1];
    all[0] = first;
    System.arraycopy(others, 0, all, 1, others.length);
    this.algorithms = List.of(all);
    return this;
  }

  /**
   * Sets how long tokens live; five minutes if not called.
   *
   * @param lifetime one second or more
   * @return this builder
   */
  public LocalIssuerBuilder lifetime(Duration lifetime) {
    if (lifetime.toSeconds() < 1) {
      throw new IllegalArgumentException(
          "lifetime " + lifetime + " (expected: one second or more)");
    }
    this.lifetime = lifetime;
    return this;
  }

  /**
   * Sets the clock by which tokens are issued, for tests whose time stands still.
   *
   * @param clock asked for each token
   * @return this builder
   */
  public LocalIssuerBuilder clock(InstantSource clock) {
    this.clock = Objects.requireNonNull(clock, "clock");
    return this;
  }

  /**
   * Sets who gets what at the token endpoint; everybody everything if not called.
   *
   * @param policy asked for each well-formed request
   * @return this builder
   */
  public LocalIssuerBuilder clients(ClientPolicy policy) {
    this.policy = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /**
   * Starts the issuer.
   *
   * @return a running issuer
   * @throws IllegalArgumentException if the host is not on loopback
   * @throws java.io.UncheckedIOException if the port is taken
   */
  public LocalIssuer start() {
    return new LocalIssuer(this, loopback());
  }

  /** Whoever reaches the issuer gets any token; so nobody else may reach it. */
  private InetAddress loopback() {
    InetAddress address = resolve();
    if (!address.isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "host " + host + " (expected: an address of loopback, for example 127.0.0.1)");
    }
    return address;
  }

  private InetAddress resolve() {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "host " + host + " has no address (expected: for example 127.0.0.1)", e);
    }
  }
}
