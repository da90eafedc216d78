// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The one declaration of a key: type, default, range, meaning.
 *
 * <p>Validation, the table in the documentation and the metadata for editors all come from it. A
 * key is kebab-case and may hold one {@code <name>}, which stands for a name that the user chooses,
 * as in {@code flyball.auth.issuers.<name>.audience}.
 *
 * <pre>{@code
 * static final Setting<Duration> PENDING_TIMEOUT =
 *     Setting.duration("flyball.pending-timeout")
 *         .doc("How long a call waits for a decision that is pending.")
 *         .defaultValue(Duration.ofSeconds(2))
 *         .range(Duration.ofMillis(1), Duration.ofMinutes(1))
 *         .build();
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 *
 * @param <T> the type of the value
 */
public final class Setting<T> {

  /** What stands for the user's name in a key. */
  static final String NAME = "<name>";

  private final Builder<T> declaration;
  private final String key;
  private final @Nullable String name;

  private Setting(Builder<T> declaration, @Nullable String name) {
    this.declaration = declaration;
    this.key = name == null ? declaration.key : declaration.key.replace(NAME, name);
    this.name = name;
  }

  /**
   * Declares a text.
   *
   * @param key the key
   * @return a builder
   */
  public static Builder<String> string(String key) {
    return new Builder<>(key, "string", "a text", text -> text, "java.lang.String");
  }

  /**
   * Declares a truth value, written {@code true} or {@code false}.
   *
   * @param key the key
   * @return a builder
   */
  public static Builder<Boolean> bool(String key) {
    return new Builder<>(
        key, "boolean", "true or false", Setting::parseBoolean, "java.lang.Boolean");
  }

  /**
   * Declares a whole number.
   *
   * @param key the key
   * @return a builder
   */
  public static Builder<Integer> integer(String key) {
    return new Builder<>(
        key, "integer", "a whole number", text -> Integer.valueOf(text), "java.lang.Integer");
  }

  /**
   * Declares a number of bytes, written plainly or with a unit: {@code 65536}, {@code 64KB}, {@code
   * 64KiB}, {@code 1MB}; units are powers of 1024.
   *
   * @param key the key
   * @return a builder
   */
  public static Builder<Long> size(String key) {
    return new Builder<>(
        key, "size", "a number of bytes such as 64KB or 1MB", Sizes::parse, "java.lang.Long");
  }

  /**
   * Declares a span of time, written {@code 250ms}, {@code 2s}, {@code 5m}, {@code 1h}, {@code 1d}
   * or in the form of ISO 8601.
   *
   * @param key the key
   * @return a builder
   */
  public static Builder<Duration> duration(String key) {
    return new Builder<>(
        key,
        "duration",
        "a duration such as 250ms, 2s, 5m or 1h",
        Durations::parse,
        "java.time.Duration");
  }

  /**
   * Declares a day, written {@code 2027-03-31}.
   *
   * @param key the key
   * @return a builder
   */
  public static Builder<LocalDate> date(String key) {
    return new Builder<>(
        key, "date", "a date such as 2027-03-31", LocalDate::parse, "java.time.LocalDate");
  }

  /**
   * Declares an absolute address.
   *
   * @param key the key
   * @return a builder
   */
  public static Builder<URI> uri(String key) {
    return new Builder<>(
        key,
        "uri",
        "an absolute address such as https://a.example/x",
        Setting::parseUri,
        "java.net.URI");
  }

  /**
   * Declares a path of the file system, relative to the folder of the process.
   *
   * @param key the key
   * @return a builder
   */
  public static Builder<Path> path(String key) {
    return new Builder<>(key, "path", "a path", Path::of, "java.nio.file.Path");
  }

  /**
   * Declares a list, written with commas; elements are trimmed, empty ones dropped.
   *
   * @param key the key
   * @return a builder
   */
  public static Builder<List<String>> list(String key) {
    return new Builder<>(
        key, "list", "texts with commas between them", Setting::parseList, "java.util.List");
  }

  /**
   * Declares a choice among the constants of an enum, written in kebab-case.
   *
   * @param key the key
   * @param type the enum
   * @param <E> the enum
   * @return a builder
   */
  public static <E extends Enum<E>> Builder<E> choice(String key, Class<E> type) {
    List<String> names = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      names.add(kebab(constant));
    }
    String expected = String.join(", ", names);
    return new Builder<>(
        key, "choice", "one of " + expected, text -> parseChoice(type, text), type.getName());
  }

  /**
   * The key, with {@code <name>} in it where the declaration is one of many.
   *
   * @return the key
   */
  public String key() {
    return key;
  }

  /**
   * This declaration for one name.
   *
   * @param name what the user called it
   * @return a setting whose key, and that of its replacement, has the name in it
   */
  public Setting<T> named(String name) {
    Objects.requireNonNull(name, "name");
    return key.contains(NAME) ? new Setting<>(declaration, name) : this;
  }

  /**
   * The name of the type, for documentation.
   *
   * @return for example {@code duration}
   */
  public String type() {
    return declaration.type;
  }

  /**
   * What the value means.
   *
   * @return one or more sentences
   */
  public String doc() {
    return declaration.doc;
  }

  /**
   * What a value has to look like, range included.
   *
   * @return for example {@code a whole number from 0 to 65535}
   */
  public String expected() {
    return declaration.expected;
  }

  /**
   * Whether the value must never be shown.
   *
   * @return true for a secret; it may then be read from a file named by {@code <key>.file}
   */
  public boolean secret() {
    return declaration.secret;
  }

  /**
   * Whether a change takes effect without a restart.
   *
   * @return true for a value read through a {@link Handle}
   */
  public boolean reloadable() {
    return declaration.reloadable;
  }

  /**
   * The release that brought the key.
   *
   * @return for example {@code 0.1}
   */
  public String since() {
    return declaration.since;
  }

  /**
   * The key that took this one's place.
   *
   * @return null for a key that is not deprecated
   */
  public @Nullable String replacedBy() {
    String replacement = declaration.replacedBy;
    return replacement == null || name == null ? replacement : replacement.replace(NAME, name);
  }

  /**
   * The default, as a user would write it.
   *
   * @return null where there is none
   */
  public @Nullable String defaultText() {
    return declaration.defaultValue == null ? null : print(declaration.defaultValue);
  }

  @Nullable T defaultValue() {
    return declaration.defaultValue;
  }

  boolean required() {
    return declaration.required;
  }

  boolean isPattern() {
    return declaration.key.contains(NAME);
  }

  String javaType() {
    return declaration.javaType;
  }

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException if the text is not a value of this setting
   */
  T parse(String text) {
    T value = declaration.parser.apply(text.strip());
    if (!declaration.allows(value)) {
      throw new IllegalArgumentException("out of range");
    }
    return value;
  }

  /**
   * The key and its meaning.
   *
   * @return text for debugging
   */
  @Override
  public String toString() {
    return key + " (" + declaration.type + ")";
  }

  private static String print(Object value) {
    if (value instanceof Duration duration) {
      return Durations.print(duration);
    }
    if (value instanceof Enum<?> constant) {
      return kebab(constant);
    }
    if (value instanceof List<?> list) {
      StringJoiner joined = new StringJoiner(",");
      for (Object element : list) {
        joined.add(String.valueOf(element));
      }
      return joined.toString();
    }
    return String.valueOf(value);
  }

  private static Boolean parseBoolean(String text) {
    if (text.equalsIgnoreCase("true")) {
      return true;
    }
    if (text.equalsIgnoreCase("false")) {
      return false;
    }
    throw new IllegalArgumentException(text);
  }

  private static URI parseUri(String text) {
    URI uri = URI.create(text);
    if (!uri.isAbsolute()) {
      throw new IllegalArgumentException(text);
    }
    return uri;
  }

  private static List<String> parseList(String text) {
    List<String> elements = new ArrayList<>();
    for (String element : text.split(",", -1)) {
      if (!element.isBlank()) {
        elements.add(element.strip());
      }
    }
    return List.copyOf(elements);
  }

  private static <E extends Enum<E>> E parseChoice(Class<E> type, String text) {
    for (E constant : type.getEnumConstants()) {
      if (kebab(constant).equals(text.toLowerCase(Locale.ROOT))) {
        return constant;
      }
    }
    throw new IllegalArgumentException(text);
  }

  private static String kebab(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Declares one key. Every declaration needs {@link #doc}.
   *
   * @param <T> the type of the value
   */
  public static final class Builder<T> {

    private final String key;
    private final String type;
    private final Function<String, T> parser;
    private final String javaType;
    private String expected;
    private String doc = "";
    private String since = "0.1";
    private @Nullable T defaultValue;
    private @Nullable String replacedBy;
    private @Nullable Predicate<T> check;
    private boolean required;
    private boolean secret;
    private boolean reloadable;

    private Builder(
        String key, String type, String expected, Function<String, T> parser, String javaType) {
      this.key = Objects.requireNonNull(key, "key");
      this.type = type;
      this.expected = expected;
      this.parser = parser;
      this.javaType = javaType;
    }

    /**
     * Says what the value means.
     *
     * @param doc one or more sentences for the reader of the table
     * @return this builder
     */
    public Builder<T> doc(String doc) {
      this.doc = Objects.requireNonNull(doc, "doc");
      return this;
    }

    /**
     * Gives the value that holds where nothing is written.
     *
     * @param value the default
     * @return this builder
     */
    public Builder<T> defaultValue(T value) {
      this.defaultValue = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Makes the key necessary; with a {@code <name>} in the key, for each name that is used.
     *
     * @return this builder
     */
    public Builder<T> required() {
      this.required = true;
      return this;
    }

    /**
     * Bounds a comparable value.
     *
     * @param min the smallest value, itself allowed
     * @param max the largest value, itself allowed
     * @return this builder
     */
    public Builder<T> range(T min, T max) {
      @SuppressWarnings("unchecked")
      Comparable<T> least = (Comparable<T>) min;
      @SuppressWarnings("unchecked")
      Comparable<T> most = (Comparable<T>) max;
      return check(
          value -> least.compareTo(value) <= 0 && most.compareTo(value) >= 0,
          expected + " from " + print(min) + " to " + print(max));
    }

    /**
     * Bounds a value by a rule.
     *
     * @param check true for a value that is allowed
     * @param expected what is allowed, in the words of a message: "expected ..."
     * @return this builder
     */
    public Builder<T> check(Predicate<T> check, String expected) {
      Predicate<T> before = this.check;
      this.check = before == null ? check : before.and(check);
      this.expected = expected;
      return this;
    }

    /**
     * Makes the value a secret: never shown, and readable from a file named by {@code <key>.file}.
     *
     * @return this builder
     */
    public Builder<T> secret() {
      this.secret = true;
      return this;
    }

    /**
     * Lets a change take effect without a restart.
     *
     * @return this builder
     */
    public Builder<T> reloadable() {
      this.reloadable = true;
      return this;
    }

    /**
     * Says which release brought the key.
     *
     * @param release for example {@code 0.2}
     * @return this builder
     */
    public Builder<T> since(String release) {
      this.since = release;
      return this;
    }

    /**
     * Deprecates the key: a value of it is read as a value of another, with a warning.
     *
     * @param key the key to use now
     * @return this builder
     */
    public Builder<T> replacedBy(String key) {
      this.replacedBy = key;
      return this;
    }

    /**
     * Ends the declaration.
     *
     * @return the setting
     * @throws IllegalArgumentException if the key is not in kebab-case, has more than one {@code
     *     <name>}, has no doc, or its default is outside its own range
     */
    public Setting<T> build() {
      if (!Keys.isDeclarable(key)) {
        throw new IllegalArgumentException(
            "key " + key + " (expected: flyball. and kebab-case segments, at most one <name>)");
      }
      if (doc.isBlank()) {
        throw new IllegalArgumentException("key " + key + " has no doc");
      }
      if (defaultValue != null && !allows(defaultValue)) {
        throw new IllegalArgumentException(
            "default of " + key + " is " + print(defaultValue) + " (expected: " + expected + ")");
      }
      return new Setting<>(copy(), null);
    }

    private boolean allows(T value) {
      return check == null || check.test(value);
    }

    private Builder<T> copy() {
      Builder<T> copy = new Builder<>(key, type, expected, parser, javaType);
      copy.doc = doc;
      copy.since = since;
      copy.defaultValue = defaultValue;
      copy.replacedBy = replacedBy;
      copy.check = check;
      copy.required = required;
      copy.secret = secret;
      copy.reloadable = reloadable;
      return copy;
    }
  }
}
