// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the unit that a flag is evaluated for.
 *
 * <p>In a call nobody has to make one. There the targeting key is {@code Call.unit()}, and rules
 * see these attributes:
 *
 * <table>
 * <caption>attributes in a call</caption>
 * <tr><th>name</th><th>what</th></tr>
 * <tr><td>{@code subject}, {@code issuer}, {@code client}, {@code tenant}, {@code scopes},
 * {@code roles}, {@code actor}</td><td>of the principal</td></tr>
 * <tr><td>{@code endpoint}</td><td>the id of the endpoint that the request entered</td></tr>
 * <tr><td>{@code claims}</td><td>the claims of the principal by name: {@code claims.plan}</td></tr>
 * <tr><td>any other name</td><td>the claim of that name: {@code email}</td></tr>
 * </table>
 *
 * <p>For jobs over many units, and in tests:
 *
 * <pre>{@code
 * FlagContext context = FlagContext.builder().targetingKey("customer-7").attribute("plan", "gold").build();
 * boolean on = checkout.get(context);
 * }</pre>
 *
 * <p>May be implemented, as a view of something that is there already. An implementation is
 * thread-safe, gives the same answers each time, and gives values as in JSON: texts, numbers, truth
 * values, collections and maps.
 */
public interface FlagContext {

  /**
   * A context of nobody.
   *
   * @return a context without key and attributes
   */
  static FlagContext none() {
    return Given.NONE;
  }

  /**
   * A context of a unit of which no more is known.
   *
   * @param targetingKey what to roll out by
   * @return a context without attributes
   */
  static FlagContext of(String targetingKey) {
    return builder().targetingKey(targetingKey).build();
  }

  /**
   * Starts a context.
   *
   * @return a builder
   */
  static Builder builder() {
    return new Builder();
  }

  /**
   * What flags are rolled out by: the same unit gets the same variant.
   *
   * @return null where there is none
   */
  @Nullable String targetingKey();

  /**
   * What a rule reads with {@code var}.
   *
   * @param name a name without dots
   * @return null where it is not known
   */
  @Nullable Object attribute(String name);

  /**
   * Everything that is known, for rules that look at the whole.
   *
   * @return the attributes by name, without the targeting key
   */
  Map<String, Object> attributes();

  /** Gathers what is known. Not thread-safe. */
  final class Builder {

    private final Map<String, Object> attributes = new LinkedHashMap<>();
    private @Nullable String targetingKey;

    private Builder() {}

    /**
     * Sets what to roll out by.
     *
     * @param targetingKey the unit, or null
     * @return this builder
     */
    public Builder targetingKey(@Nullable String targetingKey) {
      this.targetingKey = targetingKey;
      return this;
    }

    /**
     * Adds an attribute. Collections and maps are copied; what JSON has no form for becomes text.
     *
     * @param name what rules call it
     * @param value its value; null adds nothing
     * @return this builder
     */
    public Builder attribute(String name, @Nullable Object value) {
      Objects.requireNonNull(name, "name");
      if (value != null) {
        attributes.put(name, copy(value));
      }
      return this;
    }

    /**
     * Adds attributes.
     *
     * @param attributes values by name
     * @return this builder
     */
    public Builder attributes(Map<String, ?> attributes) {
      attributes.forEach(this::attribute);
      return this;
    }

    /**
     * Ends the context.
     *
     * @return an immutable context
     */
    public FlagContext build() {
      return new Given(targetingKey, attributes);
    }

    private static Object copy(Object value) {
      if (value instanceof Collection<?> list) {
        List<@Nullable Object> copy = new ArrayList<>(list.size());
        list.forEach(each -> copy.add(each == null ? null : copy(each)));
        return Collections.unmodifiableList(copy);
      }
      if (value instanceof Map<?, ?> map) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach(
            (name, each) -> copy.put(String.valueOf(name), each == null ? null : copy(each)));
        return Collections.unmodifiableMap(copy);
      }
      boolean isJson = value instanceof Number || value instanceof Boolean;
      return isJson ? value : value.toString();
    }
  }
}
