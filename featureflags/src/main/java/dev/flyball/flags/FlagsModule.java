// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags;

import dev.flyball.Attribute;
import dev.flyball.FlyballModule;
import dev.flyball.Setup;
import dev.flyball.annotation.FeatureGate;
import dev.flyball.flags.internal.FlagMeters;
import dev.flyball.settings.Origin;
import dev.flyball.settings.Setting;
import dev.flyball.settings.Settings;
import dev.flyball.settings.StartupProblem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Joins the flags to a governor: offers {@link Flags}, enforces {@code @FeatureGate}, watches the
 * flag file.
 */
public final class FlagsModule implements FlyballModule {

  static final Setting<Path> FILE =
      Setting.path("flyball.flags.file")
          .doc(
              "The file with the flags, in flagd's JSON format. A path that is not absolute begins"
                  + " beside the process. The default is used if it is there; a file that is named"
                  + " has to be.")
          .defaultValue(Path.of("flags.json"))
          .build();

  static final Setting<Boolean> FAIL_FAST =
      Setting.bool("flyball.flags.fail-fast")
          .doc(
              "Whether a flag file that is missing or wrong keeps the service from starting. Else it"
                  + " starts with the defaults of the code, gates are closed, and the flags come"
                  + " into force when the file is mended.")
          .defaultValue(true)
          .build();

  static final Setting<Duration> POLL_INTERVAL =
      Setting.duration("flyball.flags.poll-interval")
          .doc(
              "How often the flag file is looked at where the file system does not tell of changes;"
                  + " where it does, they are seen at once.")
          .defaultValue(Duration.ofSeconds(1))
          .range(Duration.ofMillis(50), Duration.ofHours(1))
          .build();

  /** A module for one governor; found on the class path. */
  public FlagsModule() {}

  @Override
  public String name() {
    return "featureflags";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(FILE, FAIL_FAST, POLL_INTERVAL);
  }

  @Override
  public void install(Setup setup) {
    FlagMeters meters = new FlagMeters(setup.meters());
    Attribute<RequestFlags> attribute =
        setup.attribute("featureflags.request", Attribute.Scope.REQUEST);
    Flags flags = new Flags(setup.time(), meters, attribute);
    Gates gates = new Gates(flags, setup);
    setup.offer(Flags.class, "default", flags);
    setup.enforces(List.of(FeatureGate.class));
    setup.stages(gates::look);
    FlagFile file = file(setup, flags, meters, gates);
    setup.healthCheck(file);
    gauges(setup, flags);
    Duration interval = Objects.requireNonNull(setup.settings().get(POLL_INTERVAL));
    setup.onStart(() -> {
      file.start(interval);
      gates.start();
    });
    setup.onClose(file::close);
  }

  private static FlagFile file(Setup setup, Flags flags, FlagMeters meters, Gates gates) {
    Settings settings = setup.settings();
    Path written = Objects.requireNonNull(settings.get(FILE));
    Path path = settings.directory().resolve(written).toAbsolutePath().normalize();
    Origin origin = settings.explain(FILE).origin();
    boolean optional = origin.layer() == Origin.Layer.DEFAULT;
    FlagFile file =
        new FlagFile(path, written.toString(), optional, flags, meters, setup, gates::check);
    List<StartupProblem> problems = file.load();
    if (Boolean.TRUE.equals(settings.get(FAIL_FAST))) {
      for (StartupProblem problem : problems) {
        setup.problem(problem);
      }
    }
    return file;
  }

  private static void gauges(Setup setup, Flags flags) {
    setup
        .meters()
        .gauge(
            "flyball.flag.set.size",
            "{flag}",
            "Flags in force.",
            Map.of(),
            () -> flags.set().size());
    setup
        .meters()
        .gauge(
            "flyball.flag.set.age",
            "s",
            "How long the flags in force have been so.",
            Map.of(),
            flags::ageSeconds);
  }
}
