// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import dev.flyball.settings.Layers.Entry;
import dev.flyball.settings.Origin.Layer;
import dev.flyball.settings.SettingValue.Shadowed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What one reading of all layers came to: a value for each key, and everything that is wrong. */
final class Resolution {

  private static final String MASK = "***";

  private final Keys keys;
  private final Sources sources;
  private final List<StartupProblem> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /** For each key its values, lowest layer first. */
  private final Map<String, List<Entry>> written = new TreeMap<>();

  private final Map<String, Object> values = new HashMap<>();

  private Resolution(Keys keys, Sources sources) {
    this.keys = keys;
    this.sources = sources;
  }

  static Resolution of(Keys keys, Sources sources) {
    Resolution resolution = new Resolution(keys, sources);
    resolution.refuseCollisions();
    List<Entry> entries = Layers.read(sources, resolution.problems);
    Set<String> spelledOut = new TreeSet<>();
    for (Entry entry : entries) {
      if (entry.origin().layer() != Layer.ENVIRONMENT) {
        spelledOut.add(entry.key());
      }
    }
    for (Entry entry : entries) {
      if (entry.origin().layer() == Layer.ENVIRONMENT) {
        resolution.addVariable(entry, spelledOut);
      } else {
        resolution.add(entry);
      }
    }
    resolution.parseAll();
    resolution.findMissing();
    return resolution;
  }

  List<StartupProblem> problems() {
    return problems;
  }

  List<String> warnings() {
    return warnings;
  }

  Set<String> keysInUse() {
    return Collections.unmodifiableSet(written.keySet());
  }

  /** The value in force, or null where there is neither a valid value nor a default. */
  @SuppressWarnings("unchecked")
  <T> @Nullable T value(Setting<T> setting) {
    Object value = values.get(setting.key());
    return value != null ? (T) value : setting.defaultValue();
  }

  /** Lets a key stay as it was in a former reading. */
  void keep(String key, Resolution former) {
    keep(key, written, former.written);
    keep(key, values, former.values);
  }

  private static <V> void keep(String key, Map<String, V> into, Map<String, V> former) {
    V before = former.get(key);
    if (before == null) {
      into.remove(key);
    } else {
      into.put(key, before);
    }
  }

  SettingValue explain(Setting<?> setting) {
    List<Entry> entries = written.getOrDefault(setting.key(), List.of());
    String byDefault = setting.defaultText();
    Origin defaultOrigin = new Origin(Layer.DEFAULT, "default");
    if (entries.isEmpty()) {
      return new SettingValue(setting.key(), byDefault, defaultOrigin, List.of());
    }
    List<Shadowed> shadowed = new ArrayList<>();
    for (int i = entries.size() - 2; i >= 0; i--) {
      shadowed.add(new Shadowed(mask(setting, entries.get(i)), entries.get(i).origin()));
    }
    if (byDefault != null) {
      shadowed.add(new Shadowed(byDefault, defaultOrigin));
    }
    Entry last = entries.get(entries.size() - 1);
    return new SettingValue(setting.key(), mask(setting, last), last.origin(), shadowed);
  }

  private void refuseCollisions() {
    for (List<String> colliding : keys.collisions()) {
      problems.add(
          new StartupProblem(
              "the keys " + String.join(" and ", colliding) + " meet in one variable",
              "variable " + Keys.variable(colliding.get(0)),
              "a module has to rename one of them"));
    }
  }

  private void addVariable(Entry entry, Set<String> spelledOut) {
    List<String> meanings = keys.meanings(entry.key(), spelledOut);
    if (meanings.size() == 1) {
      add(new Entry(meanings.get(0), entry.value(), entry.origin()));
    } else if (meanings.isEmpty()) {
      if (ServiceLinks.contain(entry.key(), sources.environment().keySet())) {
        return;
      }
      String asKey = entry.key().toLowerCase(Locale.ROOT).replace('_', '.');
      List<String> variables = keys.suggestions(asKey).stream().map(Keys::variable).toList();
      problems.add(
          new StartupProblem(
              "unknown variable " + entry.key(), entry.origin().place(), didYouMean(variables)));
    } else {
      problems.add(
          new StartupProblem(
              "the variable " + entry.key() + " could mean " + String.join(" or ", meanings),
              entry.origin().place(),
              "set the key in flyball.properties or as a system property"));
    }
  }

  private void add(Entry entry) {
    Setting<?> setting = keys.find(entry.key());
    if (setting != null) {
      put(setting, entry);
      return;
    }
    Setting<?> secret = keys.findSecretOfFile(entry.key());
    if (secret != null) {
      addFromFile(secret, entry);
      return;
    }
    problems.add(
        new StartupProblem(
            "unknown key " + entry.key(),
            entry.origin().place(),
            didYouMean(keys.suggestions(entry.key()))));
  }

  private void put(Setting<?> setting, Entry entry) {
    if (entry.value().isBlank()) {
      return;
    }
    String replacement = setting.replacedBy();
    if (replacement != null) {
      warnings.add(setting.key() + " at " + entry.origin() + " is deprecated, use " + replacement);
      putReplacement(replacement, new Entry(replacement, entry.value(), entry.origin()));
      return;
    }
    List<Entry> entries = entries(setting);
    entries.removeIf(before -> before.origin().equals(entry.origin())); // a profile named twice
    entries.add(entry);
  }

  /** A deprecated key stands below its replacement where both are written in one place. */
  private void putReplacement(String replacement, Entry entry) {
    Setting<?> setting = keys.find(replacement);
    if (setting == null) {
      add(entry);
      return;
    }
    List<Entry> entries = entries(setting);
    int index = 0;
    while (index < entries.size() && !entries.get(index).origin().isBeside(entry.origin())) {
      index++;
    }
    entries.add(index, entry);
  }

  private List<Entry> entries(Setting<?> setting) {
    return written.computeIfAbsent(setting.key(), unused -> new ArrayList<>());
  }

  private void addFromFile(Setting<?> secret, Entry entry) {
    String file = entry.value().strip();
    try {
      Path path = sources.directory().resolve(file);
      file = path.toString();
      String content = Files.readString(path).strip();
      Origin origin = new Origin(entry.origin().layer(), file + " (" + entry.origin() + ")");
      refuseBoth(secret, entry);
      put(secret, new Entry(secret.key(), content, origin));
    } catch (IOException | InvalidPathException e) {
      problems.add(
          new StartupProblem(
              entry.key() + " names a file that cannot be read: " + file,
              entry.origin().place(),
              "create it, or give the process the right to read it"));
    }
  }

  private void refuseBoth(Setting<?> secret, Entry entry) {
    for (Entry before : written.getOrDefault(secret.key(), List.of())) {
      if (before.origin().isBeside(entry.origin())) {
        problems.add(
            new StartupProblem(
                secret.key() + " is given both directly and as a file",
                before.origin() + " and " + entry.origin(),
                "keep one of them"));
      }
    }
  }

  private void parseAll() {
    for (Map.Entry<String, List<Entry>> each : written.entrySet()) {
      Setting<?> setting = keys.find(each.getKey());
      List<Entry> entries = each.getValue();
      if (setting != null) {
        parse(setting, entries.get(entries.size() - 1));
      }
    }
  }

  /** A wrong value is a problem in the message and the default in force, so that more is found. */
  private void parse(Setting<?> setting, Entry entry) {
    try {
      Object value = setting.parse(entry.value());
      if (value != null) {
        values.put(setting.key(), value);
      }
    } catch (RuntimeException e) {
      problems.add(
          new StartupProblem(
              setting.key()
                  + " is "
                  + mask(setting, entry)
                  + " (expected: "
                  + setting.expected()
                  + ")",
              entry.origin().place(),
              null));
    }
  }

  private void findMissing() {
    for (Setting<?> setting : keys.plain()) {
      if (setting.required()) {
        refuseMissing(setting, null);
      }
    }
    for (Setting<?> pattern : keys.patterns()) {
      if (pattern.required()) {
        for (String name : keys.names(pattern, written.keySet())) {
          refuseMissing(pattern.named(name), firstOf(pattern, name));
        }
      }
    }
  }

  private void refuseMissing(Setting<?> setting, @Nullable String where) {
    if (!written.containsKey(setting.key()) && setting.defaultText() == null) {
      problems.add(
          new StartupProblem(
              setting.key() + " is missing (expected: " + setting.expected() + ")",
              where,
              "add " + setting.key() + "=... : " + firstSentence(setting.doc())));
    }
  }

  private @Nullable String firstOf(Setting<?> pattern, String name) {
    String prefix = pattern.key().substring(0, pattern.key().indexOf(Setting.NAME)) + name + ".";
    for (Map.Entry<String, List<Entry>> each : written.entrySet()) {
      if (each.getKey().startsWith(prefix)) {
        return each.getValue().get(0).origin() + ", where " + name + " is first named";
      }
    }
    return null;
  }

  private static String mask(Setting<?> setting, Entry entry) {
    return setting.secret() ? MASK : entry.value();
  }

  private static @Nullable String didYouMean(List<String> suggestions) {
    return suggestions.isEmpty()
        ? "is the module that declares it on the class path? docs/configuration.md lists every key"
        : "did you mean " + String.join(" or ", suggestions) + "?";
  }

  private static String firstSentence(String doc) {
    int end = doc.indexOf(". ");
    return end < 0 ? doc : doc.substring(0, end + 1);
  }
}
