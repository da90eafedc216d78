// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever is written, settings are read without throwing, and the same way each time. */
class SettingsProperties {

  private static final Setting<Integer> PORT =
      Setting.integer("flyball.test.port").doc("A port.").range(0, 65_535).build();
  private static final Setting<Path> PATH = Setting.path("flyball.test.path").doc("P.").build();
  private static final Setting<String> SECRET =
      Setting.string("flyball.test.issuers.<name>.secret").doc("S.").secret().required().build();
  private static final Setting<Duration> WAIT =
      Setting.duration("flyball.test.issuers.<name>.wait").doc("W.").required().build();
  private static final Setting<String> PROFILE =
      Setting.string("flyball.profile").doc("P.").build();
  private static final List<Setting<?>> ALL = List.of(PORT, PATH, SECRET, WAIT, PROFILE);

  private static Path directory;

  @BeforeContainer
  static void create() throws IOException {
    directory = Files.createTempDirectory("flyball-settings");
  }

  @AfterContainer
  static void delete() throws IOException {
    Files.deleteIfExists(directory.resolve("flyball.properties"));
    Files.delete(directory);
  }

  @Property(tries = 3_000)
  void anyFile_isReadWithoutThrowing(@ForAll("files") byte[] file) {
    Settings settings = load(file, Map.of(), Map.of());

    settings.explainAll().forEach(value -> assertThat(value.toString()).isNotEmpty());
    settings.problems().forEach(problem -> assertThat(problem.toString()).isNotEmpty());
    settings.get(PORT);
    settings.names(SECRET).forEach(name -> settings.get(SECRET.named(name)));
    assertThat(settings.reload().changed()).isEmpty();
  }

  @Property(tries = 2_000)
  void anyVariableOrSystemProperty_isReadWithoutThrowing(
      @ForAll("keys") String key, @ForAll("values") String value) {
    String variable = "FLYBALL_" + key.toUpperCase(java.util.Locale.ROOT).replace('.', '_');
    Settings settings = load(new byte[0], Map.of(variable, value), Map.of(key, value));

    settings.problems().forEach(problem -> assertThat(problem.toString()).isNotEmpty());
    assertThat(settings.explainAll()).isNotEmpty();
  }

  @Property(tries = 2_000)
  void suggestions_doNotDependOnTheOrderOfDeclarations(
      @ForAll("keys") String key, @ForAll Random random) {
    List<Setting<?>> shuffled = new ArrayList<>(ALL);
    Collections.shuffle(shuffled, random);

    List<String> suggestions = new Keys(ALL).suggestions(key);

    assertThat(new Keys(shuffled).suggestions(key)).isEqualTo(suggestions);
    assertThat(suggestions).hasSizeLessThanOrEqualTo(3).doesNotHaveDuplicates();
  }

  @Property
  void duration_isReadAsItIsPrinted(@ForAll @LongRange(min = 0) long nanos) {
    Duration duration = Duration.ofNanos(nanos);

    assertThat(Durations.parse(Durations.print(duration))).isEqualTo(duration);
  }

  @Property
  void durationInWholeUnits_isReadAsItIsPrinted(
      @ForAll @LongRange(min = 0, max = 999_999) long count, @ForAll("units") String unit) {
    Duration duration = Durations.parse(count + unit);

    assertThat(Durations.parse(Durations.print(duration))).isEqualTo(duration);
    assertThat(Durations.print(duration)).matches("\\d+(d|h|m|s|ms|us|ns)");
  }

  @Provide
  Arbitrary<String> units() {
    return Arbitraries.of("ns", "us", "ms", "s", "m", "h", "d");
  }

  @Provide
  Arbitrary<byte[]> files() {
    Arbitrary<byte[]> lines =
        lines()
            .list()
            .ofMaxSize(5)
            .map(all -> String.join("\n", all).getBytes(StandardCharsets.UTF_8));
    Arbitrary<byte[]> texts =
        Arbitraries.strings().ofMaxLength(60).map(text -> text.getBytes(StandardCharsets.UTF_8));
    Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
    return Arbitraries.oneOf(lines, texts, noise);
  }

  private Arbitrary<String> lines() {
    return keys().flatMap(key -> values().map(value -> key + "=" + value));
  }

  @Provide
  Arbitrary<String> keys() {
    Arbitrary<String> segments =
        Arbitraries.of(
            "test", "port", "prot", "path", "issuers", "<name>", "*", "a", "a-b", "A_b", "secret",
            "file", "wait", "", "profile", "$", "\\E", "(", "größe");
    return segments.list().ofMaxSize(5).map(all -> "flyball." + String.join(".", all));
  }

  @Provide
  Arbitrary<String> values() {
    return Arbitraries.of(
        "",
        " ",
        "1",
        "70000",
        "x",
        "5s",
        "\\u0000",
        "\0",
        "\\u0000a/b",
        "/",
        "..",
        "~",
        "a,b",
        "${x}",
        "\uFFFD",
        "\\",
        "#");
  }

  private static Settings load(
      byte[] file, Map<String, String> variables, Map<String, String> systemProperties) {
    try {
      Files.write(directory.resolve("flyball.properties"), file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Settings.builder()
        .declare(ALL)
        .directory(directory)
        .classLoader(ClassLoader.getPlatformClassLoader())
        .environment(variables)
        .systemProperties(systemProperties)
        .load();
  }
}
