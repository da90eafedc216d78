// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import dev.flyball.settings.Origin.Layer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the places in which settings are written, lowest first, without judging their keys. */
final class Layers {

  /** One written value; the key is still as the layer spells it. */
  record Entry(String key, String value, Origin origin) {}

  private static final String FILE = "flyball.properties";
  private static final String BUNDLE = "META-INF/flyball/conventions.properties";
  private static final String BUNDLE_NAME = "flyball.bundle.name";
  private static final String BUNDLE_PRECEDENCE = "flyball.bundle.precedence";
  private static final String PROFILE = "flyball.profile";

  private final Sources sources;
  private final List<StartupProblem> problems;
  private final List<Entry> entries = new ArrayList<>();

  private Layers(Sources sources, List<StartupProblem> problems) {
    this.sources = sources;
    this.problems = problems;
  }

  static List<Entry> read(Sources sources, List<StartupProblem> problems) {
    Layers layers = new Layers(sources, problems);
    layers.readBundles();
    layers.readFiles(FILE, Layer.FILE);
    for (String profile : layers.profiles()) {
      layers.readFiles("flyball-" + profile + ".properties", Layer.PROFILE);
    }
    layers.readMap(sources.environment(), Layer.ENVIRONMENT, "FLYBALL_", "variable ");
    layers.readMap(sources.systemProperties(), Layer.SYSTEM, "flyball.", "system property ");
    layers.readMap(sources.code(), Layer.CODE, "", "code, property ");
    return layers.entries;
  }

  private void readBundles() {
    List<Bundle> bundles = new ArrayList<>();
    for (URL url : resources(BUNDLE)) {
      bundles.add(bundle(url));
    }
    if (bundles.size() > 1) {
      bundles.sort(Comparator.comparingInt(Bundle::precedence).thenComparing(Bundle::name));
    }
    Map<String, Entry> sameRank = new HashMap<>();
    int rank = Integer.MIN_VALUE;
    for (Bundle bundle : bundles) {
      if (bundle.precedence() != rank) {
        sameRank.clear();
        rank = bundle.precedence();
      }
      bundle.entries().forEach(entry -> refuseTie(sameRank.put(entry.key(), entry), entry));
      entries.addAll(bundle.entries());
    }
  }

  private void refuseTie(@Nullable Entry before, Entry entry) {
    if (before != null && !before.value().equals(entry.value())) {
      problems.add(
          new StartupProblem(
              "two convention bundles of one precedence disagree about " + entry.key(),
              before.origin() + " and " + entry.origin(),
              "give one of them a higher " + BUNDLE_PRECEDENCE));
    }
  }

  private record Bundle(String name, int precedence, List<Entry> entries) {}

  private Bundle bundle(URL url) {
    List<Entry> all = parse(read(url), "bundle " + archive(url), Layer.BUNDLE);
    String name = archive(url);
    int precedence = 0;
    List<Entry> kept = new ArrayList<>();
    for (Entry entry : all) {
      if (entry.key().equals(BUNDLE_NAME)) {
        name = entry.value();
      } else if (entry.key().equals(BUNDLE_PRECEDENCE)) {
        precedence = precedence(entry);
      } else {
        kept.add(entry);
      }
    }
    return new Bundle(name, precedence, kept);
  }

  private int precedence(Entry entry) {
    try {
      return Integer.parseInt(entry.value().strip());
    } catch (NumberFormatException e) {
      problems.add(
          new StartupProblem(
              BUNDLE_PRECEDENCE + " is " + entry.value() + " (expected: a whole number)",
              entry.origin().place(),
              null));
      return 0;
    }
  }

  private void readFiles(String name, Layer layer) {
    List<URL> onClassPath = resources(name);
    if (onClassPath.size() > 1) {
      problems.add(
          new StartupProblem(
              "more than one " + name + " on the class path",
              String.join(", ", onClassPath.stream().map(Layers::archive).toList()),
              "a library brings defaults in " + BUNDLE + "; " + name + " belongs to the service"));
    }
    for (URL url : onClassPath) {
      entries.addAll(parse(read(url), "class path, " + name, layer));
    }
    try {
      Path file = sources.directory().resolve(name);
      entries.addAll(parse(read(file), file.toString(), layer));
    } catch (InvalidPathException e) {
      problems.add(
          new StartupProblem("no file can be called " + name, PROFILE, "name another profile"));
    }
  }

  private List<String> profiles() {
    String profiles = "";
    for (Entry entry : entries) {
      profiles = entry.key().equals(PROFILE) ? over(profiles, entry.value()) : profiles;
    }
    profiles = over(profiles, sources.environment().get(Keys.variable(PROFILE)));
    profiles = over(profiles, sources.systemProperties().get(PROFILE));
    profiles = over(profiles, sources.code().get(PROFILE));
    List<String> names = new ArrayList<>();
    for (String name : profiles.split(",", -1)) {
      if (!name.isBlank()) {
        names.add(name.strip());
      }
    }
    return names;
  }

  /** A blank value shadows nothing, here as anywhere. */
  private static String over(String below, @Nullable String above) {
    return above == null || above.isBlank() ? below : above;
  }

  private void readMap(Map<String, String> values, Layer layer, String prefix, String place) {
    for (Map.Entry<String, String> each : new TreeMap<>(values).entrySet()) {
      String key = each.getKey();
      if (key.startsWith(prefix)) {
        entries.add(new Entry(key, each.getValue(), new Origin(layer, place + key)));
      }
    }
  }

  private List<Entry> parse(@Nullable String text, String place, Layer layer) {
    if (text == null) {
      return List.of();
    }
    try {
      return keepLast(PropertiesText.parse(text), place, layer);
    } catch (IllegalArgumentException e) {
      problems.add(
          new StartupProblem("malformed properties: " + e.getMessage(), place, "mend the line"));
      return List.of();
    }
  }

  private List<Entry> keepLast(List<PropertiesText.Line> lines, String place, Layer layer) {
    Map<String, Entry> byKey = new TreeMap<>();
    for (PropertiesText.Line line : lines) {
      Origin origin = new Origin(layer, place + ":" + line.number());
      Entry before = byKey.put(line.key(), new Entry(line.key(), line.value(), origin));
      if (before != null) {
        problems.add(
            new StartupProblem(
                line.key() + " is written twice",
                before.origin() + " and " + origin,
                "remove one of them"));
      }
    }
    return List.copyOf(byKey.values());
  }

  private List<URL> resources(String name) {
    try {
      List<URL> found = Collections.list(sources.classLoader().getResources(name));
      Map<String, URL> distinct = new LinkedHashMap<>(); // a URL itself compares hosts by asking
      for (URL url : found) {
        distinct.putIfAbsent(url.toExternalForm(), url);
      }
      return List.copyOf(distinct.values());
    } catch (IOException e) {
      problems.add(new StartupProblem("cannot search the class path: " + e, name, null));
      return List.of();
    }
  }

  private @Nullable String read(URL url) {
    try {
      URLConnection connection = url.openConnection();
      connection.setUseCaches(false);
      try (InputStream in = connection.getInputStream()) {
        return text(in.readAllBytes());
      }
    } catch (IOException e) {
      return unreadable(e, url.toString());
    }
  }

  private @Nullable String read(Path file) {
    try {
      return text(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      return unreadable(e, file.toString());
    }
  }

  private @Nullable String unreadable(IOException e, String place) {
    String what =
        e instanceof CharacterCodingException
            ? "settings are not written in UTF-8"
            : "cannot read settings: " + e;
    problems.add(new StartupProblem(what, place, "make it a readable UTF-8 file"));
    return null;
  }

  /** Strictly UTF-8, with or without the mark that some editors put first. */
  private static String text(byte[] bytes) throws CharacterCodingException {
    String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** The innermost archive or the folder of a resource, without the path of the machine. */
  static String archive(URL url) {
    String text = url.toString();
    int inside = text.lastIndexOf("!/");
    if (inside >= 0) {
      return text.substring(text.lastIndexOf('/', inside - 1) + 1, inside);
    }
    return text.substring(text.lastIndexOf('/', text.indexOf("/META-INF") - 1) + 1);
  }
}
