// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A machine of its own: files, jars, variables and system properties that a test makes up. */
final class TestSettings {

  final Path directory;
  private final Path root;
  private final List<URL> classPath = new ArrayList<>();
  private final List<Setting<?>> declared = new ArrayList<>();
  private final Map<String, String> variables = new LinkedHashMap<>();
  private final Map<String, String> systemProperties = new LinkedHashMap<>();
  private final Map<String, String> code = new LinkedHashMap<>();

  private TestSettings(Path root) {
    this.root = root;
    this.directory = folder(root.resolve("process"));
  }

  static TestSettings in(Path root) {
    return new TestSettings(root);
  }

  TestSettings declare(Setting<?>... settings) {
    declared.addAll(List.of(settings));
    return this;
  }

  /** Writes a file beside the process. */
  TestSettings file(String name, String... lines) {
    return bytes(name, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  TestSettings bytes(String name, byte[] content) {
    write(directory.resolve(name), content);
    return this;
  }

  /** Adds a folder to the class path that holds one file. */
  TestSettings onClassPath(String name, String... lines) {
    Path folder = folder(root.resolve("classes" + classPath.size()));
    write(folder.resolve(name), String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    return classPath(folder);
  }

  /** Adds a jar to the class path that holds a convention bundle. */
  TestSettings bundle(String jar, String... lines) {
    return bundle(jar, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  TestSettings bundle(String jar, byte[] content) {
    Path file = root.resolve(jar);
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("META-INF/flyball/conventions.properties"));
      zip.write(content);
      zip.closeEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return classPath(file);
  }

  TestSettings variable(String name, String value) {
    variables.put(name, value);
    return this;
  }

  TestSettings systemProperty(String name, String value) {
    systemProperties.put(name, value);
    return this;
  }

  TestSettings code(String key, String value) {
    code.put(key, value);
    return this;
  }

  Settings load() {
    Settings.Builder builder =
        Settings.builder()
            .declare(declared)
            .directory(directory)
            .classLoader(new URLClassLoader(classPath.toArray(new URL[0]), null))
            .environment(variables)
            .systemProperties(systemProperties);
    code.forEach(builder::property);
    return builder.load();
  }

  /** Loads, and returns what is wrong, each problem on one line. */
  List<String> problems() {
    return load().problems().stream().map(TestSettings::line).toList();
  }

  static String line(StartupProblem problem) {
    return problem.toString().replaceAll("\n *", " ");
  }

  private TestSettings classPath(Path place) {
    try {
      classPath.add(place.toUri().toURL());
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  private static Path folder(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, byte[] content) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
