// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import com.launchdarkly.sdk.LDContext;
import com.launchdarkly.sdk.server.Components;
import com.launchdarkly.sdk.server.LDClient;
import com.launchdarkly.sdk.server.LDConfig;
import com.launchdarkly.sdk.server.integrations.FileData;
import dev.flyball.Governor;
import dev.flyball.flags.Flag;
import dev.flyball.flags.FlagContext;
import dev.flyball.flags.Flags;
import dev.flyball.flags.FlagsModule;
import dev.flyball.observability.EcsEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A flag that is on for a fifth of the users of two countries. Each question is of another user;
 * peers make a context of it, as they have to for each request, and we look at it as it is.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FlagBenchmark {

  /** Who asks. */
  @State(Scope.Thread)
  public static class Users {

    private final List<User> users =
        IntStream.range(0, 1_024)
            .mapToObj(number -> new User("7c1d6f0a-2f7e-%06x".formatted(number), "DE"))
            .toList();

    private int next;

    User next() {
      next = (next + 1) & 1_023;
      return users.get(next);
    }
  }

  /** Ours, of the file that a service has. */
  @State(Scope.Thread)
  public static class Ours {

    private @Nullable Governor governor;
    private @Nullable Flag<Boolean> flag;

    /** Starts a governor that has flags alone. */
    @Setup
    public void start() {
      DiscardedLog.through(new EcsEncoder());
      Path folder = Shop.folder();
      Governor started =
          Governor.builder()
              .modules(List.of(new FlagsModule()))
              .directory(folder)
              .settings(settings -> settings.environment(Map.of()).systemProperties(Map.of()))
              .property("flyball.flags.file", Shop.flags(folder).toString())
              .build();
      started.start();
      flag = started.find(Flags.class).orElseThrow().bool(Shop.FLAG, false);
      governor = started;
    }

    Flag<Boolean> flag() {
      return Objects.requireNonNull(flag);
    }

    /** Closes it. */
    @TearDown
    public void close() {
      Objects.requireNonNull(governor).close();
    }
  }

  /** A user of the service, at whom rules look as they look at a call: nothing is made of it. */
  record User(String targetingKey, String country) implements FlagContext {

    @Override
    public @Nullable Object attribute(String name) {
      return name.equals("country") ? country : null;
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("country", country);
    }
  }

  /** OpenFeature in memory, split by MurmurHash3. */
  @State(Scope.Thread)
  public static class OpenFeature {

    final PeerFlags flags = PeerFlags.byMurmur();
  }

  /** OpenFeature in memory, split by the hash of a text. */
  @State(Scope.Thread)
  public static class OpenFeatureByHashCode {

    final PeerFlags flags = PeerFlags.byHashCode();
  }

  /** LaunchDarkly on a file, without events. */
  @State(Scope.Thread)
  public static class LaunchDarkly {

    /** Variation 0 is on; rollouts are in thousandths of a percent. */
    private static final String FLAGS =
        """
        {"flags": {"order-details": {
          "key": "order-details", "version": 1, "on": true, "salt": "s",
          "variations": [true, false], "offVariation": 1, "fallthrough": {"variation": 1},
          "rules": [{"id": "near",
            "clauses": [{"attribute": "country", "op": "in", "values": ["DE", "FR"]}],
            "rollout": {"variations": [
              {"variation": 0, "weight": 20000}, {"variation": 1, "weight": 80000}]}}]}}}
        """;

    private @Nullable LDClient client;

    /** Starts a client that knows no server. */
    @Setup
    public void start() throws IOException {
      DiscardedLog.through(new EcsEncoder());
      Path file = Files.writeString(Shop.folder().resolve("launchdarkly.json"), FLAGS);
      client =
          new LDClient(
              "sdk-key",
              new LDConfig.Builder()
                  .dataSource(FileData.dataSource().filePaths(file))
                  .events(Components.noEvents())
                  .startWait(Duration.ofSeconds(10))
                  .build());
    }

    LDClient client() {
      return Objects.requireNonNull(client);
    }

    /** Closes it. */
    @TearDown
    public void close() throws IOException {
      client().close();
    }
  }

  @Benchmark
  public boolean ours(Ours ours, Users users) {
    return ours.flag().get(users.next());
  }

  @Benchmark
  public boolean openFeature(OpenFeature peer, Users users) {
    User user = users.next();
    return peer.flags.isOn(user.targetingKey, user.country);
  }

  @Benchmark
  public boolean openFeatureByHashCode(OpenFeatureByHashCode peer, Users users) {
    User user = users.next();
    return peer.flags.isOn(user.targetingKey, user.country);
  }

  @Benchmark
  public boolean launchDarkly(LaunchDarkly peer, Users users) {
    User user = users.next();
    LDContext context = LDContext.builder(user.targetingKey).set("country", user.country).build();
    return peer.client().boolVariation(Shop.FLAG, context, false);
  }
}
