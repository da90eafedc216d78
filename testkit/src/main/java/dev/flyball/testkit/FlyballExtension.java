// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit;

import dev.flyball.CallListener;
import dev.flyball.CallRecord;
import dev.flyball.Event;
import dev.flyball.Governor;
import dev.flyball.GovernorBuilder;
import dev.flyball.issuer.LocalIssuer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs a governed service for the tests of one class: the real server, the modules of the class
 * path, and an issuer of tokens.
 *
 * <p>Settings come from the extension alone, unless {@link #directory} names a folder with property
 * files.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final FlyballExtension<JdkHttpServer> app =
 *     FlyballExtension.serving(
 *             governor -> JdkHttpServer.builder().governor(governor).port(0).adminPort(0)
 *                 .routes(new Orders()).start())
 *         .withIssuer("orders");
 *
 * @Test
 * void order_needsScope() {
 *   String token = app.issuer().token().subject("alice").scopes("orders:read").sign();
 *   ...
 *   RecordAssert.assertThat(app.awaitRecord()).isOk().hasSubject("alice");
 * }
 * }</pre>
 *
 * @param <S> the server
 */
public final class FlyballExtension<S extends AutoCloseable>
    implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {

  /**
   * Starts a server.
   *
   * @param <S> the server
   */
  @FunctionalInterface
  public interface Start<S> {

    /**
     * Starts a server that closes the governor when it is closed.
     *
     * @param governor built, and not started
     * @return the running server
     * @throws Exception if it cannot start
     */
    S start(Governor governor) throws Exception;
  }

  private static final long WAIT_SECONDS = 10;

  private final Start<S> start;
  private final List<Consumer<GovernorBuilder>> changes = new ArrayList<>();
  private final BlockingQueue<CallRecord> records = new LinkedBlockingQueue<>();
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private @Nullable String audience;
  private @Nullable LocalIssuer issuer;
  private @Nullable Governor governor;
  private @Nullable S server;

  private FlyballExtension(Start<S> start) {
    this.start = start;
  }

  /**
   * An extension that runs a server.
   *
   * @param start starts it
   * @param <S> the server
   * @return the extension, to be registered in a static field
   */
  public static <S extends AutoCloseable> FlyballExtension<S> serving(Start<S> start) {
    return new FlyballExtension<>(start);
  }

  /**
   * Runs an issuer too, and makes the service trust it, under the name {@code local}.
   *
   * @param audience what the service is called in its tokens
   * @return this extension
   */
  public FlyballExtension<S> withIssuer(String audience) {
    this.audience = audience;
    return this;
  }

  /**
   * Gives a value in code.
   *
   * @param key a declared key
   * @param value the value
   * @return this extension
   */
  public FlyballExtension<S> property(String key, String value) {
    return configure(builder -> builder.property(key, value));
  }

  /**
   * Reads property files, and whatever settings name, in a folder.
   *
   * @param directory an existing folder
   * @return this extension
   */
  public FlyballExtension<S> directory(Path directory) {
    return configure(builder -> builder.directory(directory));
  }

  /**
   * Changes what the governor is made of.
   *
   * @param change gets the builder
   * @return this extension
   */
  public FlyballExtension<S> configure(Consumer<GovernorBuilder> change) {
    changes.add(change);
    return this;
  }

  /**
   * The running server.
   *
   * @return the server
   */
  public S server() {
    return Objects.requireNonNull(server, "the server has not started");
  }

  /**
   * The governor of the server.
   *
   * @return the governor
   */
  public Governor governor() {
    return Objects.requireNonNull(governor, "the server has not started");
  }

  /**
   * The issuer that the service trusts.
   *
   * @return the issuer
   */
  public LocalIssuer issuer() {
    return Objects.requireNonNull(issuer, "no issuer (expected: withIssuer)");
  }

  /**
   * The next record of a call, in the order in which calls have ended.
   *
   * @return the record
   * @throws InterruptedException if the thread is interrupted
   * @throws AssertionError if there is none within ten seconds
   */
  public CallRecord awaitRecord() throws InterruptedException {
    CallRecord record = records.poll(WAIT_SECONDS, TimeUnit.SECONDS);
    if (record == null) {
      throw new AssertionError("no record within " + WAIT_SECONDS + " s");
    }
    return record;
  }

  /**
   * The events since the service started.
   *
   * @return oldest first
   */
  public List<Event> events() {
    return events;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    GovernorBuilder builder =
        Governor.builder()
            .directory(Path.of("target", "no-such-folder"))
            .settings(settings -> settings.environment(Map.of()).systemProperties(Map.of()))
            .callListener(new Recorder(records))
            .eventListener(events::add);
    String wanted = audience;
    if (wanted != null) {
      LocalIssuer running = LocalIssuer.builder().port(0).audience(wanted).start();
      issuer = running;
      builder
          .property("flyball.auth.issuers.local.issuer", running.issuer())
          .property("flyball.auth.issuers.local.audience", wanted);
    }
    changes.forEach(change -> change.accept(builder));
    Governor built = builder.build();
    governor = built;
    server = start.start(built);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    records.clear();
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    try {
      S running = server;
      if (running != null) {
        running.close();
      }
    } finally {
      LocalIssuer running = issuer;
      if (running != null) {
        running.close();
      }
    }
  }

  /** Told last: who has a record may look at whatever else the call has left behind. */
  private record Recorder(BlockingQueue<CallRecord> records) implements CallListener {

    @Override
    public int order() {
      return Integer.MAX_VALUE;
    }

    @Override
    public void onEnd(CallRecord record) {
      records.add(record);
    }
  }
}
