// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.contract;

import dev.flyball.Call;
import dev.flyball.CallRecord;
import dev.flyball.FlyballModule;
import dev.flyball.Governor;
import dev.flyball.GovernorBuilder;
import dev.flyball.Outcome;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the server of a contract test does: the operations, and the governor with stages that
 * requests script through headers. Thread-safe.
 *
 * <p>The tests of an adapter expose each method under the path that its documentation names, with
 * the annotations that it names, in the way of the adapter's users.
 */
public final class ContractService {

  /** Where a streamed answer goes, one message at a time. */
  @FunctionalInterface
  public interface Sink {

    /**
     * Sends one message, at once.
     *
     * @param message the bytes
     * @throws IOException if the client has gone away, or the call was broken off
     */
    void send(byte[] message) throws IOException;
  }

  static final long WAIT_SECONDS = 10;
  static final String SECRET = "secret-of-the-exception";

  private final BlockingQueue<CallRecord> records = new LinkedBlockingQueue<>();
  private final BlockingQueue<Call> running = new LinkedBlockingQueue<>();
  private final AtomicInteger handled = new AtomicInteger();
  private final ContractModule module = new ContractModule();
  private volatile Semaphore steps = new Semaphore(0);
  private volatile CompletableFuture<String> stuck = new CompletableFuture<>();

  ContractService() {}

  /**
   * A builder for the governor of the server: the stages of the contract, and the modules that the
   * adapter needs to declare its settings.
   *
   * @param adapterModules modules of the adapter
   * @return a builder
   */
  public GovernorBuilder governor(FlyballModule... adapterModules) {
    List<FlyballModule> modules = new ArrayList<>(List.of(adapterModules));
    modules.add(module);
    return Governor.builder()
        .modules(modules)
        .directory(Path.of("target", "no-such-folder"))
        .settings(settings -> settings.environment(Map.of()).systemProperties(Map.of()))
        .property("flyball.body-limit", "2000")
        .property("flyball.ungoverned", "/contract-declared")
        .callListener(records::add);
  }

  /**
   * {@code GET /contract/open}, {@code @Public}.
   *
   * @return a text
   */
  public String open() {
    handled.incrementAndGet();
    return "open";
  }

  /**
   * {@code GET /contract/guarded/{id}}, {@code @RequiresScope("contract:read")}.
   *
   * @param id the variable of the path
   * @return the id
   */
  public String guarded(String id) {
    handled.incrementAndGet();
    return "guarded " + id;
  }

  /**
   * {@code OPTIONS /contract/preflight}, {@code @Public}: the only declared OPTIONS.
   *
   * @return a text
   */
  public String preflight() {
    handled.incrementAndGet();
    return "preflight";
  }

  /**
   * {@code POST /contract/upload}, {@code @RequiresScope("contract:write")}.
   *
   * @param body the body of the request
   * @return how many bytes it had
   * @throws IOException if the body does not come
   */
  public String upload(InputStream body) throws IOException {
    handled.incrementAndGet();
    running.add(Objects.requireNonNull(Call.current()));
    return "uploaded " + body.readAllBytes().length;
  }

  /**
   * {@code GET /contract/fail}, {@code @Public}.
   *
   * @return never
   */
  public String fail() {
    throw new IllegalStateException(SECRET);
  }

  /**
   * {@code GET /contract/fail-late}, {@code @Public}, streamed: fails after its first message.
   *
   * @param sink where the message goes
   * @throws IOException if the client has gone away
   */
  public void failLate(Sink sink) throws IOException {
    sink.send(bytes("begun"));
    throw new IllegalStateException(SECRET);
  }

  /**
   * {@code GET /contract/async}, {@code @Public}.
   *
   * @return completes on another thread
   */
  public CompletionStage<String> async() {
    return CompletableFuture.supplyAsync(() -> "later");
  }

  /**
   * {@code GET /contract/async-fail}, {@code @Public}.
   *
   * @return completes on another thread, exceptionally
   */
  public CompletionStage<String> asyncFail() {
    return CompletableFuture.supplyAsync(() -> {
      throw new IllegalStateException(SECRET);
    });
  }

  /**
   * {@code GET /contract/stuck}, {@code @RequiresScope("contract:read")}: answers when the test
   * lets it.
   *
   * @return completes long after any time limit
   */
  public CompletionStage<String> stuck() {
    running.add(Objects.requireNonNull(Call.current()));
    return stuck;
  }

  /**
   * {@code GET /contract/stream}, {@code @Public}, streamed: three messages, each when the test
   * lets it.
   *
   * @param sink where the messages go
   * @throws Exception if the client has gone away, or the call was broken off
   */
  public void stream(Sink sink) throws Exception {
    running.add(Objects.requireNonNull(Call.current()));
    Semaphore ofThisTest = steps;
    for (int i = 1; i <= 3; i++) {
      awaitStep(ofThisTest);
      sink.send(bytes("message " + i + "\n"));
    }
  }

  /**
   * {@code GET /contract/endless}, {@code @Public}, streamed: sends until the client goes away.
   *
   * @param sink where the messages go
   * @throws IOException if the client has gone away
   */
  public void endless(Sink sink) throws IOException {
    byte[] message = new byte[8_192];
    for (int i = 0; i < 1_000_000; i++) {
      sink.send(message);
    }
  }

  /**
   * {@code GET /contract/context}, {@code @Public}.
   *
   * @return {@code here there} if the current call is known on the thread of the handler and on one
   *     that carries its context
   * @throws Exception if the other thread does not answer
   */
  public String context() throws Exception {
    Call here = Call.current();
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Call there = Context.taskWrapping(other).submit(Call::current).get();
      String left = other.submit(() -> Call.current() == null ? "" : " left").get();
      return (here != null ? "here" : "lost")
          + (Objects.equals(there, here) ? " there" : " lost")
          + left;
    } finally {
      other.shutdown();
    }
  }

  /**
   * {@code GET /contract/headers}, {@code @Public}.
   *
   * @return all values of the header Contract-Many, whatever its case
   */
  public String headers() {
    return String.join(
        "|", Objects.requireNonNull(Call.current()).carrier().headers("contract-MANY"));
  }

  /**
   * {@code GET /contract/end-early}, {@code @Public}: ends the call itself, as no handler should.
   *
   * @return a text
   */
  public String endEarly() {
    Objects.requireNonNull(Call.current()).end(Outcome.http(200));
    return "ended";
  }

  // ---- what the cases look at

  ContractModule module() {
    return module;
  }

  void reset() {
    records.clear();
    running.clear();
    steps = new Semaphore(0); // a handler of the last test may still wait
    handled.set(0);
    stuck = new CompletableFuture<>();
  }

  /** The next record. */
  CallRecord awaitRecord() throws InterruptedException {
    CallRecord record = records.poll(WAIT_SECONDS, TimeUnit.SECONDS);
    if (record == null) {
      throw new AssertionError("no record within " + WAIT_SECONDS + " s");
    }
    return record;
  }

  /** A record that nobody expected, if there is one. */
  @Nullable CallRecord unexpectedRecord() throws InterruptedException {
    return records.poll(100, TimeUnit.MILLISECONDS);
  }

  /** The call whose handler runs. */
  Call awaitRunning() throws InterruptedException {
    Call call = running.poll(WAIT_SECONDS, TimeUnit.SECONDS);
    if (call == null) {
      throw new AssertionError("no handler within " + WAIT_SECONDS + " s");
    }
    return call;
  }

  /** Lets a streamed handler send its next message. */
  void step() {
    steps.release();
  }

  /** Waits until the streamed handler waits: what it has sent is counted by then. */
  void awaitAtStep() {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    while (!steps.hasQueuedThreads()) {
      if (System.nanoTime() - until > 0) {
        throw new AssertionError("no handler waits within " + WAIT_SECONDS + " s");
      }
      Thread.onSpinWait();
    }
  }

  /** Lets the stuck handler answer. */
  void unstick() {
    stuck.complete("late");
  }

  int handled() {
    return handled.get();
  }

  private static void awaitStep(Semaphore steps) throws InterruptedException, IOException {
    if (!steps.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("the test did not go on");
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
