// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.issuer.LocalIssuerBuilder;
import dev.flyball.testkit.hostile.Row.Ground;
import dev.flyball.testkit.hostile.Row.Need;
import dev.flyball.testkit.hostile.Row.Trial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/**
 * The attack list, fired at the protected endpoints of a service over real sockets: one test for
 * each row, way and endpoint.
 *
 * <p>After every attack there must be: the status, the challenge (RFC 6750) and the problem (RFC
 * 9457) that the row wants; one record with the reason; nothing of the token in answer and log; no
 * request to anybody because of it; and a service that answers a valid call. The table of rows is
 * printed at the end, with those that do not apply or attack what is not there, each by name.
 *
 * <pre>{@code
 * class OrdersHostileTest extends HostileSuite {
 *
 *   @Override
 *   protected HostileHost start(HostileSetup setup) {
 *     JdkHttpServer server =
 *         JdkHttpServer.builder()
 *             .governor(setup.governor().build())
 *             .port(0)
 *             .adminPort(0)
 *             .routes(new Orders())
 *             .start();
 *     return HostileHost.of(server.uri(), server);
 *   }
 *
 *   @Override
 *   protected List<HostileTarget> targets() {
 *     return List.of(
 *         HostileTarget.get("/orders/7").scopes("orders:read"),
 *         HostileTarget.of("POST", "/orders")
 *             .scopes("orders:write")
 *             .body("application/json", "{}"));
 *   }
 * }
 * }</pre>
 *
 * <p>For a service that runs already, return {@link HostileHost#running} and make {@link #issuer}
 * start the issuer that the service trusts: rows that need more are left out.
 */
@TestInstance(Lifecycle.PER_CLASS)
public abstract class HostileSuite {

  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

  private final HostileMatrix matrix = new HostileMatrix();
  private final Map<Ground, Attacked> services = new EnumMap<>(Ground.class);
  private @TempDir @Nullable Path folder;

  /** Made by the tests of an adapter or of a service. */
  protected HostileSuite() {}

  /**
   * Starts a service, or finds the one that runs. Called once for each surrounding that rows need:
   * with a clock that stands, with one that moves, on virtual threads.
   *
   * @param setup what to start it with
   * @return the running service
   * @throws Exception if it cannot start
   */
  protected abstract HostileHost start(HostileSetup setup) throws Exception;

  /**
   * The endpoints that are attacked, the first of them by every row.
   *
   * @return one or more; one with scopes and one that {@linkplain HostileTarget#answeringSubject
   *     answers the subject} make more rows apply
   */
  protected abstract List<HostileTarget> targets();

  /**
   * What the service can do beyond bearer tokens.
   *
   * @return nothing, unless overridden
   */
  protected Set<Capability> capabilities() {
    return Set.of();
  }

  /**
   * The rows that the protocol, the host or the service cannot have.
   *
   * @return the reason by the number of the row; empty unless overridden
   */
  protected Map<Integer, String> impossible() {
    return Map.of();
  }

  /**
   * Whether a row that nobody has tried is a failure, unless {@link #impossible} has a reason for
   * it. For adapters, and for services of which the table is not to become shorter unseen.
   *
   * @return false, unless overridden
   */
  protected boolean triesEveryRow() {
    return false;
  }

  /**
   * Starts the issuer that the service trusts. One that runs somewhere names its port and audience.
   *
   * @param issuer on any free port, with the audience {@code hostile}
   * @return a running issuer; the suite closes it
   */
  protected LocalIssuer issuer(LocalIssuerBuilder issuer) {
    return issuer.start();
  }

  /**
   * The tests, one container for each row.
   *
   * @return what JUnit runs
   */
  @TestFactory
  protected Stream<DynamicContainer> rows() {
    Stream<DynamicContainer> rows =
        Rows.all().stream()
            .map(row -> {
              matrix.add(row);
              String name = String.format("row %02d %s", row.number(), row.title());
              return DynamicContainer.dynamicContainer(name, tests(row));
            });
    return triesEveryRow() ? Stream.concat(rows, Stream.of(completeness())) : rows;
  }

  private DynamicContainer completeness() {
    DynamicTest test =
        DynamicTest.dynamicTest(
            "nothing is left out",
            () -> assertThat(matrix.gaps()).as("trials that nobody has made").isEmpty());
    return DynamicContainer.dynamicContainer("all rows", List.of(test));
  }

  /**
   * Stops the services and prints the table.
   *
   * @throws Exception if one does not stop
   */
  @AfterAll
  protected void end() throws Exception {
    for (Attacked service : services.values()) {
      service.close();
    }
    matrix.print(getClass().getSimpleName());
  }

  private List<DynamicTest> tests(Row row) {
    List<DynamicTest> tests = new ArrayList<>();
    for (Trial trial : row.trials()) {
      List<HostileTarget> fitting = targets().stream().filter(trial.fits()).toList();
      if (fitting.isEmpty()) {
        tests.add(withoutEndpoint(row, trial));
      }
      long count = trial.everyTarget() ? fitting.size() : Math.min(1, fitting.size());
      for (HostileTarget target : fitting.subList(0, (int) count)) {
        String name = String.format("row %02d %s, %s", row.number(), trial.name(), target);
        tests.add(DynamicTest.dynamicTest(name, () -> run(row, trial, target)));
      }
    }
    return tests;
  }

  /** What the service says that it can do must be there to be attacked. */
  private DynamicTest withoutEndpoint(Row row, Trial trial) {
    String name = String.format("row %02d %s", row.number(), trial.name());
    return DynamicTest.dynamicTest(
        name,
        () -> {
          skipForReason(row, trial);
          String reason = "no " + trial.endpoint();
          if (trial.capability() == Capability.AUTHZEN) {
            matrix.failed(row);
            throw new AssertionError(trial.capability() + " is there, but " + reason);
          }
          matrix.gap(row, reason);
          Assumptions.abort(reason);
        });
  }

  private void run(Row row, Trial trial, HostileTarget target) throws Exception {
    skipForReason(row, trial);
    try {
      trial.body().run(service(trial.ground()), target);
      matrix.passed(row);
    } catch (TestAbortedException e) {
      matrix.gap(row, "n/a: " + e.getMessage());
      throw e;
    } catch (Throwable e) {
      matrix.failed(row);
      recover(trial.ground());
      throw e;
    }
  }

  /** Ends the test where there is a reason not to run a trial. */
  private void skipForReason(Row row, Trial trial) throws Exception {
    String unavoidable = unavoidable(row, trial);
    if (unavoidable != null) {
      matrix.missing(row, "n/a: " + unavoidable);
      Assumptions.abort(unavoidable);
    }
    String avoidable = avoidable(trial);
    if (avoidable != null) {
      matrix.gap(row, avoidable);
      Assumptions.abort(avoidable);
    }
  }

  private @Nullable String unavoidable(Row row, Trial trial) {
    String impossible = impossible().get(row.number());
    boolean tooOld = Runtime.version().feature() < FIRST_WITH_VIRTUAL_THREADS;
    return impossible == null && trial.ground() == Ground.VIRTUAL && tooOld
        ? "no virtual threads before Java 21"
        : impossible;
  }

  private @Nullable String avoidable(Trial trial) throws Exception {
    Capability capability = trial.capability();
    if (capability != null && !capabilities().contains(capability)) {
      return "not there: " + capability;
    }
    Attacked still = service(Ground.STILL);
    boolean configured = still.host().isConfigured();
    if (trial.need() == Need.IN_THIS_PROCESS && !(configured && still.setup().isHere())) {
      return "n/a: needs a service in this process, on the properties and the clock of the suite";
    }
    if (trial.need() == Need.CONFIGURED && !configured) {
      return "n/a: needs a service on the properties of the suite";
    }
    return null;
  }

  // ---- the services

  private Attacked service(Ground ground) throws Exception {
    Attacked known = services.get(ground);
    if (known == null) {
      known = startOn(ground);
      services.put(ground, known);
    }
    return known;
  }

  /** What one failure leaves behind is no failure of the next trial. */
  private void recover(Ground ground) throws Exception {
    Attacked service = services.get(ground);
    if (service != null && !(ground != Ground.MOVING && isWell(service))) {
      services.remove(ground);
      service.close();
    }
  }

  private boolean isWell(Attacked service) {
    try {
      service.settle(targets().get(0));
      return true;
    } catch (Exception | AssertionError e) {
      return false;
    }
  }

  private Attacked startOn(Ground ground) throws Exception {
    HostileSetup setup = new HostileSetup(folder(ground), capabilities(), ground == Ground.VIRTUAL);
    Trusted trusted = new Trusted(setup);
    Canary canary = new Canary();
    trusted.trust("main", main(trusted));
    if (ground == Ground.MOVING) {
      FaultyIssuers.moving(trusted, canary);
      setup.property("flyball.auth.token-cache.size", String.valueOf(CacheRows.CACHE_SIZE));
    } else {
      FaultyIssuers.still(trusted);
    }
    Surroundings.prepare(setup, trusted, canary, ground);
    return Attacked.start(setup, trusted, canary, this::start, targets().get(0));
  }

  private LocalIssuer main(Trusted trusted) {
    LocalIssuer main =
        issuer(
            trusted
                .describe()
                .algorithms(
                    Algorithm.RS256,
                    Algorithm.PS256,
                    Algorithm.ES256,
                    Algorithm.ES384,
                    Algorithm.EDDSA));
    main.keys().rotate(Algorithm.RS256); // two keys for one algorithm
    return main;
  }

  private Path folder(Ground ground) {
    try {
      Path parent = folder;
      return parent == null
          ? Files.createTempDirectory(ground.name())
          : Files.createTempDirectory(parent, ground.name());
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for the service", e);
    }
  }
}
