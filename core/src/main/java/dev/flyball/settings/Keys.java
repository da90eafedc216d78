// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The declared keys, and which of them a written key or the name of a variable means. */
final class Keys {

  private static final String SEGMENT = "[a-z0-9]+(?:-[a-z0-9]+)*";
  private static final String NAMED = Pattern.quote(Setting.NAME);
  private static final Pattern DECLARABLE =
      Pattern.compile("flyball(?:\\." + SEGMENT + ")*(?:\\." + NAMED + ")?(?:\\." + SEGMENT + ")*");
  private static final Pattern USER_NAME = Pattern.compile(SEGMENT);
  private static final String FILE_SUFFIX = ".file";

  private final Map<String, Setting<?>> plain = new TreeMap<>();
  private final Map<String, Setting<?>> patterns = new TreeMap<>();

  Keys(Collection<Setting<?>> declared) {
    for (Setting<?> setting : declared) {
      (setting.isPattern() ? patterns : plain).put(setting.key(), setting);
    }
  }

  static boolean isDeclarable(String key) {
    return key.startsWith("flyball.") && DECLARABLE.matcher(key).matches();
  }

  /** The name of the environment variable for a key. */
  static String variable(String key) {
    return key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  Collection<Setting<?>> plain() {
    return plain.values();
  }

  Collection<Setting<?>> patterns() {
    return patterns.values();
  }

  /** What a written key means, or null. */
  @Nullable Setting<?> find(String key) {
    Setting<?> exact = plain.get(key);
    if (exact != null) {
      return exact;
    }
    for (Setting<?> pattern : patterns.values()) {
      String name = nameIn(pattern, key);
      if (name != null) {
        return pattern.named(name);
      }
    }
    return null;
  }

  /** The secret whose value a key of the form {@code <key>.file} names, or null. */
  @Nullable Setting<?> findSecretOfFile(String key) {
    if (!key.endsWith(FILE_SUFFIX)) {
      return null;
    }
    Setting<?> setting = find(key.substring(0, key.length() - FILE_SUFFIX.length()));
    return setting != null && setting.secret() ? setting : null;
  }

  /** Every key that the name of a variable can mean; more than one is ambiguous. */
  List<String> meanings(String variable, Set<String> keysInUse) {
    Map<String, String> meanings = new LinkedHashMap<>();
    for (Setting<?> setting : plain.values()) {
      addMeaning(variable, setting, setting.key(), meanings);
    }
    for (Setting<?> pattern : patterns.values()) {
      for (String name : namesFor(variable, pattern, keysInUse)) {
        addMeaning(variable, pattern, pattern.named(name).key(), meanings);
      }
    }
    return List.copyOf(meanings.keySet());
  }

  /** Pairs of declared keys that one variable would set. */
  List<List<String>> collisions() {
    Map<String, List<String>> byVariable = new TreeMap<>();
    for (String key : plain.keySet()) {
      byVariable.computeIfAbsent(variable(key), unused -> new ArrayList<>()).add(key);
    }
    List<List<String>> collisions = new ArrayList<>(byVariable.values());
    collisions.removeIf(keys -> keys.size() == 1);
    return collisions;
  }

  /** The names that are in use under the group of a pattern, for example the issuers. */
  List<String> names(Setting<?> pattern, Collection<String> keysInUse) {
    String prefix = prefix(pattern);
    Set<String> names = new TreeSet<>();
    for (Setting<?> each : patterns.values()) {
      if (prefix(each).equals(prefix)) {
        addNames(each, keysInUse, names);
      }
    }
    return List.copyOf(names);
  }

  private void addNames(Setting<?> pattern, Collection<String> keysInUse, Set<String> names) {
    for (String key : keysInUse) {
      String name = plain.containsKey(key) ? null : namedBy(pattern, key);
      if (name != null) {
        names.add(name);
      }
    }
  }

  /** Up to three declared keys that look like an unknown one. */
  List<String> suggestions(String key) {
    List<String> known = new ArrayList<>(plain.keySet());
    for (Setting<?> pattern : patterns.values()) {
      known.add(asIfNamed(pattern, key));
    }
    return Suggestions.of(key, known);
  }

  private static void addMeaning(
      String variable, Setting<?> setting, String key, Map<String, String> meanings) {
    if (variable(key).equals(variable)) {
      meanings.put(key, key);
    }
    if (setting.secret() && variable(key + FILE_SUFFIX).equals(variable)) {
      meanings.put(key + FILE_SUFFIX, key);
    }
  }

  /** Names already in use that the variable can mean, else the one that it spells without "_". */
  private List<String> namesFor(String variable, Setting<?> pattern, Set<String> keysInUse) {
    String spelled = spelledName(variable, pattern);
    if (spelled == null) {
      return List.of();
    }
    List<String> used =
        names(pattern, keysInUse).stream().filter(name -> variable(name).equals(spelled)).toList();
    if (!used.isEmpty()) {
      return used;
    }
    return spelled.contains("_") ? List.of() : List.of(spelled.toLowerCase(Locale.ROOT));
  }

  private static @Nullable String spelledName(String variable, Setting<?> pattern) {
    String start = variable(prefix(pattern));
    String end = variable(suffix(pattern));
    String rest = variable;
    if (pattern.secret() && rest.endsWith(variable(FILE_SUFFIX))) {
      rest = rest.substring(0, rest.length() - FILE_SUFFIX.length());
    }
    boolean matches =
        rest.startsWith(start)
            && rest.endsWith(end)
            && rest.length() > start.length() + end.length();
    return matches ? rest.substring(start.length(), rest.length() - end.length()) : null;
  }

  /** The name in a key of a pattern, or in the key of the file of a secret. */
  private static @Nullable String namedBy(Setting<?> pattern, String key) {
    String name = nameIn(pattern, key);
    return name == null && pattern.secret()
        ? nameIn(prefix(pattern), suffix(pattern) + FILE_SUFFIX, key)
        : name;
  }

  private static @Nullable String nameIn(Setting<?> pattern, String key) {
    return nameIn(prefix(pattern), suffix(pattern), key);
  }

  private static @Nullable String nameIn(String prefix, String suffix, String key) {
    if (!key.startsWith(prefix)
        || !key.endsWith(suffix)
        || key.length() <= prefix.length() + suffix.length()) {
      return null;
    }
    String name = key.substring(prefix.length(), key.length() - suffix.length());
    return USER_NAME.matcher(name).matches() ? name : null;
  }

  /** A pattern with the user's own name in it, so that only the misspelt part differs. */
  private static String asIfNamed(Setting<?> pattern, String key) {
    String prefix = prefix(pattern);
    String rest = key.startsWith(prefix) ? key.substring(prefix.length()) : "";
    String name = kebab(rest.contains(".") ? rest.substring(0, rest.indexOf('.')) : rest);
    return USER_NAME.matcher(name).matches() ? pattern.named(name).key() : pattern.key();
  }

  private static String kebab(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String prefix(Setting<?> pattern) {
    return pattern.key().substring(0, pattern.key().indexOf(Setting.NAME));
  }

  private static String suffix(Setting<?> pattern) {
    String key = pattern.key();
    return key.substring(key.indexOf(Setting.NAME) + Setting.NAME.length());
  }
}
