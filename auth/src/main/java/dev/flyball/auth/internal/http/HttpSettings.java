// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.http;

import dev.flyball.Setup;
import dev.flyball.settings.Setting;
import dev.flyball.settings.Settings;
import dev.flyball.settings.StartupProblem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** How other servers are asked: time, proxy, and whose certificates are trusted. */
public final class HttpSettings {

  private static final String PREFIX = "flyball.auth.http.";

  /** The kinds of files that hold trusted certificates. */
  enum StoreType {
    /** What the file looks like. */
    AUTO,
    /** Certificates as text, one after another. */
    PEM,
    /** A PKCS #12 store. */
    PKCS12,
    /** A store of the JDK. */
    JKS
  }

  static final Setting<Duration> CONNECT_TIMEOUT =
      Setting.duration(PREFIX + "connect-timeout")
          .doc("How long a connection to an issuer or another server of decisions may take.")
          .defaultValue(Duration.ofSeconds(1))
          .range(Duration.ofMillis(10), Duration.ofSeconds(30))
          .build();

  static final Setting<Duration> TIMEOUT =
      Setting.duration(PREFIX + "timeout")
          .doc("How long the whole answer may take, once there is a connection.")
          .defaultValue(Duration.ofSeconds(2))
          .range(Duration.ofMillis(10), Duration.ofSeconds(30))
          .build();

  static final Setting<String> PROXY =
      Setting.string(PREFIX + "proxy")
          .doc(
              "The proxy through which other servers are asked, as `host:port`; loopback is asked"
                  + " without it. Otherwise the system properties of the JDK hold"
                  + " (`https.proxyHost`).")
          .check(text -> proxy(text) != null, "a host and a port such as proxy.example:3128")
          .build();

  static final Setting<Path> TRUST_STORE =
      Setting.path(PREFIX + "trust-store")
          .doc(
              "The file of the only certificates that are trusted: authorities in PEM, or a"
                  + " PKCS #12 or JKS store. Otherwise those of the JDK are.")
          .build();

  static final Setting<String> TRUST_STORE_PASSWORD =
      Setting.string(PREFIX + "trust-store-password")
          .doc("The password of the trust store; PEM has none.")
          .secret()
          .build();

  static final Setting<StoreType> TRUST_STORE_TYPE =
      Setting.choice(PREFIX + "trust-store-type", StoreType.class)
          .doc("What kind of file the trust store is; `auto` looks at it.")
          .defaultValue(StoreType.AUTO)
          .build();

  private HttpSettings() {}

  /** All of them. */
  public static List<Setting<?>> all() {
    return List.of(
        CONNECT_TIMEOUT, TIMEOUT, PROXY, TRUST_STORE, TRUST_STORE_PASSWORD, TRUST_STORE_TYPE);
  }

  /**
   * A client as the settings say; what is wrong with them is a start-up problem.
   *
   * @param setup of the module, which has declared them
   * @return a client that makes nothing before it is used
   */
  public static JsonClient client(Setup setup) {
    Settings settings = setup.settings();
    String proxy = settings.get(PROXY);
    return new JsonClient(
        Objects.requireNonNull(settings.get(CONNECT_TIMEOUT)),
        Objects.requireNonNull(settings.get(TIMEOUT)),
        proxy == null ? null : new ProxyUnlessLoopback(Objects.requireNonNull(proxy(proxy))),
        trust(setup));
  }

  /** Null for what is not a host and a port. */
  private static @Nullable InetSocketAddress proxy(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0 || text.contains("/") || text.contains("@")) {
      return null;
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      return port < 1 ? null : InetSocketAddress.createUnresolved(text.substring(0, colon), port);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable SSLContext trust(Setup setup) {
    Settings settings = setup.settings();
    Path file = settings.get(TRUST_STORE);
    if (file == null) {
      return null;
    }
    Path resolved = settings.directory().resolve(file);
    try {
      StoreType type = Objects.requireNonNull(settings.get(TRUST_STORE_TYPE));
      return TrustStore.read(resolved, type, settings.get(TRUST_STORE_PASSWORD));
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      setup.problem(
          new StartupProblem(
              TRUST_STORE.key() + " cannot be used: " + resolved + ": " + TrustStore.reason(e),
              settings.explain(TRUST_STORE).origin().place(),
              "name a file of certificates in PEM, or a PKCS #12 or JKS store and its password"));
      return null;
    }
  }
}
