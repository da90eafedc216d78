// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import dev.flyball.settings.Setting;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something about the configuration that works and that somebody should look at: keys that come
 * over plain HTTP, an endpoint that lets everybody through.
 *
 * <p>Each kind has an id, which is also a setting: {@code flyball.findings.<id>} says whether it is
 * told ({@code warn}), keeps the service from starting ({@code fatal}), or is known and accepted
 * ({@code off}). A module declares the kinds that it may find with its settings, and reports what
 * it has found to {@link Setup#finding}.
 *
 * @param id which kind it is, in capitals: {@code AUTH-JWKS-HTTP}
 * @param message what was found, with the value (never a secret)
 * @param where the place it comes from, for example {@code flyball.properties:4}; null if there is
 *     none
 * @param hint the next step; null if the message says it all
 */
public record Finding(String id, String message, @Nullable String where, @Nullable String hint) {

  /** What becomes of a finding. */
  public enum Level {
    /** Nothing: it is known, and accepted. */
    OFF,
    /** It is told at the start, and whoever asks for findings sees it. */
    WARN,
    /** The service does not start. */
    FATAL
  }

  private static final String PREFIX = "flyball.findings.";

  /** Checks that all is there. */
  public Finding {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(message, "message");
  }

  /**
   * Declares a kind of findings that is told unless a platform or a service says otherwise.
   *
   * @param id its id
   * @param doc what it means, for the table of settings
   * @return a declaration, to be among the settings of the module
   */
  public static Setting<Level> kind(String id, String doc) {
    return Setting.choice(key(id), Level.class).doc(doc).defaultValue(Level.WARN).build();
  }

  /**
   * The key that says what becomes of findings of a kind.
   *
   * @param id an id
   * @return for example {@code flyball.findings.auth-jwks-http}
   */
  public static String key(String id) {
    return PREFIX + id.toLowerCase(Locale.ROOT);
  }
}
