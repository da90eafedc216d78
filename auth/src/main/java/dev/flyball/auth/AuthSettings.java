// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.auth.internal.jose.Algorithm;
import dev.flyball.settings.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The keys of the module. */
final class AuthSettings {

  private static final String ISSUER_PREFIX = "flyball.auth.issuers.<name>.";

  static final Setting<String> ISSUER =
      Setting.string(ISSUER_PREFIX + "issuer")
          .doc(
              "The issuer that is trusted: the exact value of the claim `iss`. Its keys are found"
                  + " through OpenID Connect discovery unless `jwks` says where.")
          .required()
          .build();

  static final Setting<List<String>> AUDIENCE =
      Setting.list(ISSUER_PREFIX + "audience")
          .doc(
              "What this service is called in the claim `aud`: a token of this issuer needs one of"
                  + " these values.")
          .required()
          .build();

  static final Setting<String> JWKS =
      Setting.string(ISSUER_PREFIX + "jwks")
          .doc(
              "Where the keys of the issuer are: the address of a JWK set, or the path of a file that"
                  + " holds one. Without it the address comes from discovery.")
          .build();

  static final Setting<List<String>> ALGORITHMS =
      Setting.list(ISSUER_PREFIX + "algorithms")
          .doc("The signature algorithms that tokens of this issuer may use.")
          .defaultValue(List.of("RS256", "PS256", "ES256", "EdDSA"))
          .check(
              AuthSettings::areAlgorithms,
              "some of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA")
          .build();

  static final Setting<List<String>> TYPES =
      Setting.list(ISSUER_PREFIX + "types")
          .doc(
              "The values of the header `typ` that tokens of this issuer may have. A token without"
                  + " one counts as JWT. `at+jwt` alone insists on RFC 9068.")
          .defaultValue(List.of("at+jwt", "JWT"))
          .check(types -> !types.isEmpty(), "at least one type, such as at+jwt")
          .build();

  static final Setting<Duration> CLOCK_SKEW =
      Setting.duration(ISSUER_PREFIX + "clock-skew")
          .doc("How far the clocks of issuer and service may be apart.")
          .defaultValue(Duration.ofSeconds(30))
          .range(Duration.ZERO, Duration.ofSeconds(120))
          .build();

  static final Setting<Duration> MAX_LIFETIME =
      Setting.duration(ISSUER_PREFIX + "max-lifetime")
          .doc("How long a token of this issuer may be valid in all.")
          .defaultValue(Duration.ofDays(1))
          .range(Duration.ofMinutes(1), Duration.ofDays(366))
          .build();

  static final Setting<String> SCOPES_CLAIM =
      Setting.string(ISSUER_PREFIX + "scopes-claim")
          .doc("The claim that holds the scopes; dots lead into objects.")
          .defaultValue("scope")
          .build();

  static final Setting<String> ROLES_CLAIM =
      Setting.string(ISSUER_PREFIX + "roles-claim")
          .doc("The claim that holds the roles; dots lead into objects, as in realm_access.roles.")
          .defaultValue("roles")
          .build();

  static final Setting<String> TENANT_CLAIM =
      Setting.string(ISSUER_PREFIX + "tenant-claim")
          .doc("The claim that names the customer or organisation of the caller.")
          .build();

  static final Setting<Boolean> CACHE =
      Setting.bool(ISSUER_PREFIX + "cache")
          .doc(
              "Whether a token of this issuer that has been verified is recognised when the same"
                  + " bytes come again. Time, audience and keys are checked each time.")
          .defaultValue(true)
          .build();

  static final Setting<Integer> CACHE_SIZE =
      Setting.integer("flyball.auth.token-cache.size")
          .doc(
              "How many verified tokens are kept at most, rounded up to a power of two; 0 for none.")
          .defaultValue(8_192)
          .range(0, 1 << 20)
          .build();

  static final Setting<Long> TOKEN_LIMIT =
      Setting.size("flyball.auth.token-limit")
          .doc("The longest token that is looked at.")
          .defaultValue(8L * 1024)
          .range(512L, 16L * 1024)
          .build();

  static final Setting<String> REALM =
      Setting.string("flyball.auth.realm")
          .doc("The realm that challenges name.")
          .defaultValue("flyball")
          .check(AuthSettings::isQuotable, "printable ASCII without quotes and backslashes")
          .build();

  private AuthSettings() {}

  private static boolean areAlgorithms(List<String> names) {
    for (String name : names) {
      if (Algorithm.of(name) == null) {
        return false;
      }
    }
    return !names.isEmpty();
  }

  private static boolean isQuotable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  static List<Setting<?>> all() {
    List<Setting<?>> all = new ArrayList<>(tokens());
    all.addAll(ApiKeySettings.all());
    return all;
  }

  private static List<Setting<?>> tokens() {
    return List.of(
        ISSUER,
        AUDIENCE,
        JWKS,
        ALGORITHMS,
        TYPES,
        CLOCK_SKEW,
        MAX_LIFETIME,
        SCOPES_CLAIM,
        ROLES_CLAIM,
        TENANT_CLAIM,
        CACHE,
        CACHE_SIZE,
        TOKEN_LIMIT,
        REALM);
  }
}
