// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The flags of one reading of a file. Immutable, but for what it remembers of missing keys. */
public final class FlagSet {

  /** The set of a service that has no flags. */
  public static final FlagSet EMPTY = new FlagSet("none", Map.of(), Map.of());

  private static final int MOST_MISSING_KEPT = 1_000;

  private final String version;
  private final Map<String, CompiledFlag> flags;
  private final Map<String, Object> metadata;
  private final Map<String, CompiledFlag> missing = new ConcurrentHashMap<>();

  FlagSet(String version, Map<String, CompiledFlag> flags, Map<String, Object> metadata) {
    this.version = version;
    this.flags = Map.copyOf(flags);
    this.metadata = metadata;
  }

  /** A short hash of the text that the set was read from. */
  public String version() {
    return version;
  }

  /** The keys of the flags. */
  public Set<String> keys() {
    return Collections.unmodifiableSet(new TreeSet<>(flags.keySet()));
  }

  /** How many flags there are. */
  public int size() {
    return flags.size();
  }

  /** A flag, or null. */
  public @Nullable CompiledFlag find(String key) {
    return flags.get(key);
  }

  /** A flag, or one that answers that it is not there. */
  public CompiledFlag get(String key) {
    CompiledFlag flag = flags.get(key);
    if (flag != null) {
      return flag;
    }
    CompiledFlag known = missing.get(key);
    if (known != null) {
      return known;
    }
    CompiledFlag absent = CompiledFlag.missing(key, version, metadata);
    if (missing.size() >= MOST_MISSING_KEPT) {
      return absent;
    }
    CompiledFlag before = missing.putIfAbsent(key, absent);
    return before != null ? before : absent;
  }

  /** The keys of flags that are new, gone, or defined in another way than before. */
  public Set<String> changedSince(FlagSet before) {
    Set<String> changed = new TreeSet<>();
    for (String key : flags.keySet()) {
      if (!sameDefinition(find(key), before.find(key))) {
        changed.add(key);
      }
    }
    for (String key : before.flags.keySet()) {
      if (!flags.containsKey(key)) {
        changed.add(key);
      }
    }
    return changed;
  }

  private static boolean sameDefinition(@Nullable CompiledFlag a, @Nullable CompiledFlag b) {
    return a != null && b != null && a.definitionHash().equals(b.definitionHash());
  }
}
