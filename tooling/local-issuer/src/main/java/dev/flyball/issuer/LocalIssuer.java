// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A running OAuth 2 issuer on loopback: a token endpoint for client credentials and token exchange,
 * the metadata of RFC 8414 and OpenID Connect Discovery, a key set, and introspection (RFC 7662),
 * over real HTTP.
 *
 * <p>By default it believes every client ({@link ClientPolicy#open}). So it is for tests and
 * examples only, and listens on loopback only. Beyond the flow it makes any token at all ({@link
 * #token}), and its endpoints can be made to fail ({@link #fault}, {@link #down}).
 *
 * <pre>{@code
 * try (LocalIssuer issuer = LocalIssuer.builder().audience("orders").start()) {
 *   String token = issuer.token().scopes("orders:read").sign();
 *   issuer.keys().rotate();
 *   issuer.fault(LocalIssuer.JWKS, Fault.status(503));
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class LocalIssuer implements AutoCloseable {

  /** The path of the key set. */
  public static final String JWKS = "/jwks";

  /** The path of the token endpoint. */
  public static final String TOKEN = "/token";

  /** The path of the endpoint that says what opaque tokens mean. */
  public static final String INTROSPECTION = "/introspect";

  /** The path of the metadata where OpenID Connect looks for it. */
  public static final String OPENID_CONFIGURATION = "/.well-known/openid-configuration";

  /** The path of the metadata where OAuth 2 looks for it. */
  public static final String AUTHORIZATION_SERVER = "/.well-known/oauth-authorization-server";

  private static final AtomicInteger THREADS = new AtomicInteger();
  private static final long CLOSE_SECONDS = 5;

  private final ExecutorService executor = Executors.newCachedThreadPool(LocalIssuer::newThread);
  private final Faults faults = new Faults();
  private final RequestLog log = new RequestLog();
  private final Listener listener;
  private final Documents documents;
  private final TokenDefaults defaults;
  private final String url;

  LocalIssuer(LocalIssuerBuilder plan, InetAddress host) {
    this.listener = new Listener(host, plan.port, executor);
    this.url = url(host, listener.port());
    KeySet keys = new KeySet(plan.algorithms);
    this.defaults =
        new TokenDefaults(
            plan.issuer != null ? plan.issuer : url,
            plan.audience,
            plan.lifetime,
            plan.algorithms.get(0),
            plan.clock,
            keys,
            new ReferenceTokens());
    this.documents = new Documents(defaults.issuer(), url, keys);
    TokenEndpoint token = new TokenEndpoint(defaults, plan.policy);
    IntrospectionEndpoint introspection = new IntrospectionEndpoint(defaults);
    listener.serve(new Endpoints(documents, token, introspection, log, faults, executor));
  }

  /**
   * Starts an issuer with what is usual.
   *
   * @param port on 127.0.0.1; 0 for any that is free
   * @return a running issuer
   */
  public static LocalIssuer start(int port) {
    return builder().port(port).start();
  }

  /**
   * Starts to describe an issuer.
   *
   * @return a builder
   */
  public static LocalIssuerBuilder builder() {
    return new LocalIssuerBuilder();
  }

  /**
   * Where this issuer is.
   *
   * @return for example {@code http://127.0.0.1:9000}, without a slash at the end
   */
  public String url() {
    return url;
  }

  /**
   * The identifier of this issuer, which its tokens bear as {@code iss}.
   *
   * @return {@link #url}, unless another was given
   */
  public String issuer() {
    return defaults.issuer();
  }

  /**
   * Starts a token that needs no request.
   *
   * @return a builder with the defaults of the token endpoint
   */
  public TokenBuilder token() {
    return new TokenBuilder(defaults);
  }

  /**
   * A new key of a client, to bind tokens to; its proofs are dated by the clock of this issuer.
   *
   * @return for ES256
   */
  public DpopKey dpopKey() {
    return dpopKey(Algorithm.ES256);
  }

  /**
   * A new key of a client, to bind tokens to; its proofs are dated by the clock of this issuer.
   *
   * @param algorithm signs the proofs
   * @return a key that no token is bound to yet
   */
  public DpopKey dpopKey(Algorithm algorithm) {
    return DpopKey.generate(algorithm, defaults.clock());
  }

  /**
   * Takes an opaque token back: from now on the introspection endpoint says that it is not active.
   *
   * @param token made by {@link TokenBuilder#opaque}
   */
  public void revoke(String token) {
    defaults.references().remove(token);
  }

  /**
   * The keys, to rotate, publish and take back.
   *
   * @return the same each time
   */
  public KeySet keys() {
    return defaults.keys();
  }

  /**
   * Makes an endpoint fail until {@link #clearFault} or {@link #clearFaults}, or until another
   * fault takes the place of this one.
   *
   * @param path one of the constants of this class, or any other path, which then exists
   * @param fault what clients get
   */
  public void fault(String path, Fault fault) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path " + path + " (expected: a slash first)");
    }
    faults.set(path, Objects.requireNonNull(fault, "fault"));
  }

  /**
   * Lets an endpoint answer as usual again. Requests that wait are answered now.
   *
   * @param path the path of the fault
   */
  public void clearFault(String path) {
    faults.clear(path);
  }

  /** Lets every endpoint answer as usual again. Requests that wait are answered now. */
  public void clearFaults() {
    faults.clear();
  }

  /**
   * Refuses connections and breaks those that are open, until {@link #up}. The port stays reserved
   * and can be used again.
   */
  public void down() {
    requireOpen();
    listener.down();
  }

  /** Listens again after {@link #down}, on the same port. Faults are still in force. */
  public void up() {
    requireOpen();
    listener.up();
  }

  /**
   * Sets what clients are told about keeping metadata and keys; {@code max-age=300} if not called.
   *
   * @param cacheControl the value of the header; null for none
   */
  public void cacheControl(@Nullable String cacheControl) {
    documents.cacheControl = cacheControl;
  }

  /**
   * Says whether metadata and keys have an {@code ETag} and are answered with 304 to a client that
   * has them; they are if not called.
   *
   * @param enabled false for neither
   */
  public void etags(boolean enabled) {
    documents.etags = enabled;
  }

  /**
   * Changes a member of the metadata.
   *
   * @param name for example {@code jwks_uri}
   * @param value any value of JSON
   */
  public void metadata(String name, @Nullable Object value) {
    documents.metadata.set(name, value);
  }

  /**
   * Leaves a member out of the metadata.
   *
   * @param name for example {@code jwks_uri}
   */
  public void withoutMetadata(String name) {
    documents.metadata.remove(name);
  }

  /**
   * Counts the requests that came in, whatever they were answered.
   *
   * @param path for example {@link #JWKS}, without a query
   * @return zero or more
   */
  public int requests(String path) {
    return log.count(path);
  }

  /**
   * The requests that came in, oldest first.
   *
   * @param path for example {@link #TOKEN}, without a query
   * @return those among the last thousand of all paths
   */
  public List<RecordedRequest> recorded(String path) {
    return log.recorded(path);
  }

  /** Forgets the requests that came in. */
  public void clearRequests() {
    log.clear();
  }

  /** Closes the port and ends all threads; requests that wait are not answered. */
  @Override
  public void close() {
    listener.close();
    executor.shutdownNow();
    faults.clear();
    awaitEnd();
  }

  private void awaitEnd() {
    try {
      executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void requireOpen() {
    if (executor.isShutdown()) {
      throw new IllegalStateException("the issuer " + url + " is closed");
    }
  }

  private static String url(InetAddress host, int port) {
    String address = host.getHostAddress();
    return "http://" + (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
  }

  private static Thread newThread(Runnable task) {
    Thread thread = new Thread(task, "flyball-issuer-" + THREADS.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }
}
