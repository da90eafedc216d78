// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.auth.internal.apikey.KeyFormat;
import dev.flyball.settings.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** The keys of the settings about API keys. */
final class ApiKeySettings {

  /** Stores that settings can name. */
  enum Kind {
    /** What the instances share. */
    SHARED
  }

  static final String PREFIX = "flyball.auth.api-keys.";

  /** What texts must be. One class, as these rules are made at every start, used or not. */
  private enum Rule implements Predicate<String> {
    HEADER,
    WORD,
    NAME,
    PEPPER;

    @Override
    public boolean test(String text) {
      if (this == HEADER) {
        return isHeader(text);
      }
      if (this == WORD) {
        return KeyFormat.isWord(text);
      }
      return this == NAME ? !text.isBlank() : text.length() >= SHORTEST_PEPPER;
    }
  }

  private static final int LONGEST_HEADER = 64;
  private static final int SHORTEST_PEPPER = 32;

  static final Setting<Path> FILE =
      Setting.path(PREFIX + "file")
          .doc(
              "The JSON file of the API keys that are accepted; `dev.flyball.auth.ApiKeys` writes it,"
                  + " and changes are in force within seconds.")
          .build();

  static final Setting<Kind> STORE =
      Setting.choice(PREFIX + "store", Kind.class)
          .doc(
              "Where API keys are kept instead of in a file: `shared` for what the instances of the"
                  + " service share. An `ApiKeyStore` that is offered goes before both.")
          .build();

  static final Setting<String> HEADER =
      Setting.string(PREFIX + "header")
          .doc("The header that brings an API key. `Authorization: ApiKey ...` is read as well.")
          .defaultValue("X-API-Key")
          .check(Rule.HEADER, "the name of a header other than Authorization")
          .build();

  static final Setting<String> KEY_PREFIX =
      Setting.string(PREFIX + "prefix")
          .doc("How keys begin, for scanners of secrets to find them.")
          .defaultValue("fbk")
          .check(Rule.WORD, "2 to 16 lower-case letters and digits, a letter first")
          .build();

  static final Setting<String> ENVIRONMENT =
      Setting.string(PREFIX + "environment")
          .doc("The environment that keys name; those of another one are refused.")
          .defaultValue("live")
          .check(Rule.WORD, "2 to 16 lower-case letters and digits, a letter first")
          .build();

  static final Setting<String> ISSUER =
      Setting.string(PREFIX + "issuer")
          .doc("What stands as the issuer of callers who come with an API key.")
          .defaultValue("api-keys")
          .check(Rule.NAME, "a name")
          .build();

  static final Setting<List<String>> AUDIENCE =
      Setting.list(PREFIX + "audience")
          .doc(
              "What this service is called in keys: a key needs one of these among its services."
                  + " Without it, `flyball.service.name` counts.")
          .build();

  static final Setting<String> PEPPER =
      Setting.string(PREFIX + "pepper")
          .doc(
              "A secret of the service that goes into the hashes of keys, so that who reads the store"
                  + " alone can do nothing with it. Keys from before it work until they are rotated.")
          .secret()
          .check(Rule.PEPPER, "at least 32 characters")
          .build();

  static final Setting<Duration> MAX_LIFETIME =
      Setting.duration(PREFIX + "max-lifetime")
          .doc("How long a secret of a key may live; one that says more ends then all the same.")
          .defaultValue(Duration.ofDays(365))
          .range(Duration.ofMinutes(1), Duration.ofDays(3_660))
          .build();

  static final Setting<Duration> REFRESH =
      Setting.duration(PREFIX + "refresh")
          .doc(
              "How often the store of the keys is looked at. Changes that it tells of are in force at"
                  + " once.")
          .defaultValue(Duration.ofSeconds(5))
          .range(Duration.ofSeconds(1), Duration.ofHours(1))
          .build();

  static final Setting<Duration> MAX_STALE =
      Setting.duration(PREFIX + "max-stale")
          .doc(
              "How long the last good set of keys is used while the store cannot be read; then no key"
                  + " works.")
          .defaultValue(Duration.ofDays(1))
          .range(Duration.ofMinutes(1), Duration.ofDays(30))
          .build();

  static final Setting<Duration> USES =
      Setting.duration(PREFIX + "record-uses")
          .doc("How often it is written down when keys were last used; `0s` for never.")
          .defaultValue(Duration.ofMinutes(5))
          .range(Duration.ZERO, Duration.ofDays(1))
          .build();

  private ApiKeySettings() {}

  private static boolean isHeader(String name) {
    boolean plain = !name.isEmpty() && name.length() <= LONGEST_HEADER;
    for (int i = 0; plain && i < name.length(); i++) {
      char c = name.charAt(i);
      plain = c == '-' || (c < 0x80 && Character.isLetterOrDigit(c));
    }
    return plain && !name.equalsIgnoreCase("Authorization");
  }

  static List<Setting<?>> all() {
    return List.of(
        FILE,
        STORE,
        HEADER,
        KEY_PREFIX,
        ENVIRONMENT,
        ISSUER,
        AUDIENCE,
        PEPPER,
        MAX_LIFETIME,
        REFRESH,
        MAX_STALE,
        USES);
  }
}
