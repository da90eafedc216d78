// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A running service under attack. The tests of an adapter or of a service implement it. */
public interface HostileHost extends AutoCloseable {

  /**
   * Where the service listens.
   *
   * @return scheme, host and port
   */
  URI uri();

  /**
   * What the service has logged.
   *
   * @return the lines since it started, oldest first, as an operator would see them; empty if the
   *     tests cannot see them
   */
  default List<String> log() {
    return List.of();
  }

  /**
   * Ways by which the host itself leads a public request on to the first target (row 72).
   *
   * @return the path that does it, without credentials of its own, by the name of the way
   */
  default Map<String, String> dispatches() {
    return Map.of();
  }

  /**
   * An endpoint that calls another service on behalf of its caller (row 80), which {@link
   * Capability#OUTGOING} needs. It answers with 200 where there was an answer, whatever that was,
   * and with 502 where there was none.
   *
   * @return the path of a GET, open to any valid caller, that calls the address in the parameter
   *     {@code to}, and puts the header {@code Authorization} of its caller on that call where the
   *     parameter {@code blindly} is {@code true}; where there is a parameter {@code into}, it puts
   *     the value of the header {@code Authorization} of its caller, or of {@code X-API-Key} where
   *     there is none, into the header of that name instead; null if there is none
   */
  default @Nullable String relay() {
    return null;
  }

  /**
   * Takes a token back before it expires (row 65), which {@link Capability#REVOCATION} needs.
   *
   * @param issuer its claim {@code iss}
   * @param tokenId its claim {@code jti}
   * @param until when it expires
   * @return whether it is done, and so refused by this instance; false if the tests cannot do it
   */
  default boolean revoke(String issuer, String tokenId, Instant until) {
    return false;
  }

  /**
   * Whether the host hands on the value of a header as it came, tabs and all (row 49). Some make
   * blanks of tabs, as the server of the JDK does, so that nothing behind them can tell {@code
   * Bearer}, a tab and a token from what it should be (RFC 6750, section 2.1).
   *
   * @return true where a tab for a blank must be refused; false where it may be let in
   */
  default boolean keepsTabs() {
    return false;
  }

  /**
   * Whether the service was started with the properties of its {@link HostileSetup}.
   *
   * @return false for one that runs with its own, which trusts one issuer only; rows that need more
   *     do not apply to it
   */
  default boolean isConfigured() {
    return true;
  }

  @Override
  void close() throws Exception;

  /**
   * A service that was started for the tests.
   *
   * @param uri where it listens
   * @param server closes it
   * @return a host without anything that is optional
   */
  static HostileHost of(URI uri, AutoCloseable server) {
    return new SimpleHost(uri, server, true);
  }

  /**
   * A service that runs somewhere, with its own properties: it must trust the issuer of {@link
   * HostileSuite#issuer}, and has a minute to find it.
   *
   * @param uri where it listens
   * @return a host without anything that is optional
   */
  static HostileHost running(URI uri) {
    return new SimpleHost(uri, () -> {}, false);
  }
}
