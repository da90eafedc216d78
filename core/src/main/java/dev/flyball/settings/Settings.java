// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one service: every layer read, every value checked, every origin kept.
 *
 * <p>Reading never throws: what is wrong is in {@link #problems()}, and a wrong value reads as its
 * default, so that one start finds all problems. Thread-safe.
 */
public final class Settings {

  private final Keys keys;
  private final Sources sources;
  private final Map<String, HandleOf<?>> handles = new ConcurrentHashMap<>();
  private volatile Resolution resolution;

  private Settings(Keys keys, Sources sources) {
    this.keys = keys;
    this.sources = sources;
    this.resolution = Resolution.of(keys, sources);
  }

  /**
   * Starts with the places of this process: class path, working directory, environment, system
   * properties.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The value in force.
   *
   * @param setting a declared setting, with its name filled in
   * @param <T> the type of the value
   * @return the value; null only where nothing is written and there is no default
   */
  public <T> @Nullable T get(Setting<T> setting) {
    return resolution.value(known(setting));
  }

  /**
   * The value in force, if there is one.
   *
   * @param setting a declared setting, with its name filled in
   * @param <T> the type of the value
   * @return empty where nothing is written and there is no default
   */
  public <T> Optional<T> find(Setting<T> setting) {
    return Optional.ofNullable(get(setting));
  }

  /**
   * A handle on a value that may change while the service runs.
   *
   * @param setting a reloadable setting
   * @param <T> the type of the value
   * @return the one handle of this key
   * @throws IllegalArgumentException if the setting is fixed at start
   */
  @SuppressWarnings("unchecked")
  public <T> Handle<T> handle(Setting<T> setting) {
    if (!setting.reloadable()) {
      throw new IllegalArgumentException(setting.key() + " is fixed at start");
    }
    HandleOf<?> handle = handles.get(setting.key());
    return (Handle<T>) (handle != null ? handle : newHandle(setting)).handle();
  }

  /** Not while a reload runs, which would pass the new handle over. */
  private synchronized HandleOf<?> newHandle(Setting<?> setting) {
    return handles.computeIfAbsent(setting.key(), unused -> HandleOf.of(this, setting));
  }

  /**
   * The names that the user chose under a key with a {@code <name>}, for example the issuers.
   *
   * @param pattern a setting with {@code <name>} in its key
   * @return the names in alphabetical order
   */
  public List<String> names(Setting<?> pattern) {
    return keys.names(pattern, resolution.keysInUse());
  }

  /**
   * What is in force for a setting, where it came from and what it shadows.
   *
   * @param setting a declared setting, with its name filled in
   * @return the explanation; secrets are masked
   */
  public SettingValue explain(Setting<?> setting) {
    return resolution.explain(known(setting));
  }

  /**
   * Everything that is written, and the defaults of what is not.
   *
   * @return one explanation per key, in alphabetical order
   */
  public List<SettingValue> explainAll() {
    Resolution now = resolution;
    Map<String, SettingValue> all = new java.util.TreeMap<>();
    keys.plain().forEach(setting -> all.put(setting.key(), now.explain(setting)));
    for (String key : now.keysInUse()) {
      Setting<?> setting = keys.find(key);
      if (setting != null) {
        all.put(key, now.explain(setting));
      }
    }
    return List.copyOf(all.values());
  }

  /**
   * The folder to which relative paths in settings refer.
   *
   * @return the working directory of the process unless the builder was told otherwise
   */
  public Path directory() {
    return sources.directory();
  }

  /**
   * Every declaration, those with a {@code <name>} as they are.
   *
   * @return in alphabetical order of their keys
   */
  public List<Setting<?>> declared() {
    List<Setting<?>> all = new ArrayList<>(keys.plain());
    all.addAll(keys.patterns());
    all.sort(Comparator.comparing(Setting::key));
    return List.copyOf(all);
  }

  /**
   * What is wrong in the layers.
   *
   * @return empty where a service may start
   */
  public List<StartupProblem> problems() {
    return List.copyOf(resolution.problems());
  }

  /**
   * What works but should be changed, such as deprecated keys.
   *
   * @return one sentence each
   */
  public List<String> warnings() {
    return List.copyOf(resolution.warnings());
  }

  /**
   * Reads the layers again. Handles of reloadable settings change together where all is well; where
   * anything is wrong nothing changes.
   *
   * @return what happened
   */
  public synchronized Reload reload() {
    Resolution next = Resolution.of(keys, sources);
    if (!next.problems().isEmpty()) {
      return new Reload(List.of(), List.of(), List.copyOf(next.problems()));
    }
    List<String> changed = new ArrayList<>();
    List<String> fixed = new ArrayList<>();
    for (String key : union(resolution.keysInUse(), next.keysInUse())) {
      Setting<?> setting = keys.find(key);
      if (setting != null && !Objects.equals(resolution.value(setting), next.value(setting))) {
        (setting.reloadable() ? changed : fixed).add(key);
      }
    }
    // a fixed value that changed on disk keeps its old value until the next start
    fixed.forEach(key -> next.keep(key, resolution));
    resolution = next;
    handles.values().forEach(handle -> handle.takeFrom(next));
    return new Reload(changed, fixed, List.of());
  }

  /**
   * The outcome of one {@link #reload()}.
   *
   * @param changed the reloadable keys whose value is new
   * @param needsRestart the keys that differ from what is in force until the next start
   * @param problems why nothing was changed; empty where all is well
   */
  public record Reload(
      List<String> changed, List<String> needsRestart, List<StartupProblem> problems) {

    /** Copies the lists. */
    public Reload {
      changed = List.copyOf(changed);
      needsRestart = List.copyOf(needsRestart);
      problems = List.copyOf(problems);
    }
  }

  private <T> Setting<T> known(Setting<T> setting) {
    if (keys.find(setting.key()) == null) {
      throw new IllegalArgumentException(
          "the key " + setting.key() + " is not declared (expected: one that a module declares)");
    }
    return setting;
  }

  private static Collection<String> union(Collection<String> a, Collection<String> b) {
    Collection<String> all = new TreeSet<>(a);
    all.addAll(b);
    return all;
  }

  private record HandleOf<T>(Setting<T> setting, Handle<T> handle) {

    static <T> HandleOf<T> of(Settings settings, Setting<T> setting) {
      return new HandleOf<>(setting, new Handle<>(settings.get(setting)));
    }

    void takeFrom(Resolution resolution) {
      handle.set(resolution.value(setting));
    }
  }

  /** Gathers the declarations and the places to read. */
  public static final class Builder {

    private final Map<String, Setting<?>> declared = new LinkedHashMap<>();
    private final Map<String, String> code = new LinkedHashMap<>();
    private ClassLoader classLoader = contextClassLoader();
    private Path directory = Path.of("");
    private Map<String, String> environment = System.getenv();
    private @Nullable Map<String, String> systemProperties;

    private Builder() {}

    /**
     * Adds declarations.
     *
     * @param settings settings of one module
     * @return this builder
     * @throws IllegalArgumentException if another declaration has the same key
     */
    public Builder declare(Collection<? extends Setting<?>> settings) {
      for (Setting<?> setting : settings) {
        Setting<?> before = declared.putIfAbsent(setting.key(), setting);
        if (before != null && before != setting) {
          throw new IllegalArgumentException(setting.key() + " is declared twice");
        }
      }
      return this;
    }

    /**
     * Sets where bundles and {@code flyball.properties} are searched.
     *
     * @param classLoader the loader of the service
     * @return this builder
     */
    public Builder classLoader(ClassLoader classLoader) {
      this.classLoader = Objects.requireNonNull(classLoader, "classLoader");
      return this;
    }

    /**
     * Sets the folder that counts as beside the process.
     *
     * @param directory an existing folder
     * @return this builder
     */
    public Builder directory(Path directory) {
      this.directory = Objects.requireNonNull(directory, "directory");
      return this;
    }

    /**
     * Replaces the environment, for example in tests.
     *
     * @param environment variables by name
     * @return this builder
     */
    public Builder environment(Map<String, String> environment) {
      this.environment = Map.copyOf(environment);
      return this;
    }

    /**
     * Replaces the system properties, for example in tests.
     *
     * @param systemProperties values by name
     * @return this builder
     */
    public Builder systemProperties(Map<String, String> systemProperties) {
      this.systemProperties = Map.copyOf(systemProperties);
      return this;
    }

    /**
     * Gives a value in code; it stands above every other layer.
     *
     * @param key a declared key
     * @param value the value, as a user would write it
     * @return this builder
     */
    public Builder property(String key, String value) {
      code.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
      return this;
    }

    /**
     * Reads every layer.
     *
     * @return the settings and whatever is wrong with them
     */
    public Settings load() {
      Map<String, String> properties =
          systemProperties != null ? systemProperties : texts(System.getProperties());
      return new Settings(
          new Keys(declared.values()),
          new Sources(classLoader, directory, environment, properties, code));
    }

    private static Map<String, String> texts(Properties properties) {
      Map<String, String> texts = new LinkedHashMap<>();
      for (String name : properties.stringPropertyNames()) {
        texts.put(name, properties.getProperty(name, ""));
      }
      return texts;
    }

    private static ClassLoader contextClassLoader() {
      ClassLoader context = Thread.currentThread().getContextClassLoader();
      return context != null ? context : ClassLoader.getSystemClassLoader();
    }
  }
}
