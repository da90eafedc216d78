// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value and how it came about.
 *
 * @param key the key of the flag
 * @param value the value: that of the variant, else the default of the code
 * @param variant the name of the variant; null where the default of the code was served
 * @param reason why
 * @param errorCode what is wrong; null where nothing is
 * @param errorMessage what is wrong, in a sentence; null where nothing is
 * @param metadata the metadata of the set and, above it, that of the flag; unmodifiable
 * @param setVersion the version of the set that was asked
 * @param <T> the type of the value
 */
public record FlagDetail<T>(
    String key,
    T value,
    @Nullable String variant,
    Reason reason,
    @Nullable ErrorCode errorCode,
    @Nullable String errorMessage,
    Map<String, Object> metadata,
    String setVersion) {

  /** Why a value was served, in the words of OpenFeature as flagd uses them. */
  public enum Reason {
    /** The flag has no rule, and this is its default variant. */
    STATIC,
    /** The rule gave this variant. */
    TARGETING_MATCH,
    /** The rule gave nothing: the default variant, or that of the code where there is none. */
    DEFAULT,
    /** The flag is disabled: the default of the code. */
    DISABLED,
    /** Something is wrong: the default of the code. */
    ERROR
  }

  /** What can be wrong, in the words of OpenFeature. */
  public enum ErrorCode {
    /** The set has no such flag. */
    FLAG_NOT_FOUND,
    /** The rule of the flag has no meaning. */
    PARSE_ERROR,
    /** The flag has values of another type. */
    TYPE_MISMATCH,
    /** The flag is rolled out by unit, and there is none. */
    TARGETING_KEY_MISSING,
    /** The rule gave a variant that the flag does not have, or could not be followed. */
    GENERAL
  }
}
