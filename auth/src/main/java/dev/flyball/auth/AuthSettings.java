// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.auth.internal.http.HttpSettings;
import dev.flyball.auth.internal.jose.Algorithm;
import dev.flyball.auth.internal.keys.KeySettings;
import dev.flyball.settings.Setting;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The keys of the module. */
final class AuthSettings {

  private static final String ISSUER_PREFIX = "flyball.auth.issuers.<name>.";
  private static final String ONE_CLAIM = "at least one claim";

  static final Setting<String> ISSUER =
      Setting.string(ISSUER_PREFIX + "issuer")
          .doc(
              "The issuer that is trusted: the exact value of the claim `iss`. Its keys are found"
                  + " through OpenID Connect discovery unless `jwks` says where.")
          .required()
          .build();

  static final Setting<Preset> PRESET =
      Setting.choice(ISSUER_PREFIX + "preset", Preset.class)
          .doc(
              "Where the tokens of a product say what they say; what is written here goes before it."
                  + " `keycloak`: roles in `realm_access.roles` and in"
                  + " `resource_access.<client>.roles` of the clients that the audience names, and"
                  + " `typ` must be Bearer. `entra`: scopes in `scp`, tenant in `tid`, and one of"
                  + " `scp` and `roles` must be there. `auth0`: roles in `permissions`, tenant in"
                  + " `org_id`. `okta`: scopes in `scp`, roles in `groups`, client in `cid`."
                  + " `cognito`: the audience is `client_id` where there is no `aud`, roles in"
                  + " `cognito:groups`, and `token_use` must be access. `google`: ID tokens, tenant"
                  + " in `hd`. `kubernetes`: service accounts, tenant in `kubernetes.io.namespace`."
                  + " An issuer is one tenant: a template that stands for many is not supported.")
          .build();

  static final Setting<Profile> PROFILE =
      Setting.choice(ISSUER_PREFIX + "profile", Profile.class)
          .doc(
              "The standard that tokens must keep to. `rfc9068`: the type at+jwt, whatever `types`"
                  + " says, and the claims iss, exp, aud, sub, client_id, iat and jti.")
          .defaultValue(Profile.JWT)
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
              "Where the keys of the issuer are: the address of a JWK set, the path of a file that"
                  + " holds one, or the set itself (`{\"keys\":[...]}`). Without it the address comes"
                  + " from discovery.")
          .build();

  static final Setting<String> SECRET =
      Setting.string(ISSUER_PREFIX + "secret")
          .doc(
              "The secret that this service shares with the issuer, as text or as `base64:` and"
                  + " Base64, instead of keys: for HS256, HS384 and HS512, each of which needs as"
                  + " many bytes as its hash has. Whoever has it can make tokens.")
          .secret()
          .build();

  static final Setting<List<String>> ALGORITHMS =
      Setting.list(ISSUER_PREFIX + "algorithms")
          .doc(
              "The signature algorithms that tokens of this issuer may use; with a `secret` HS256"
                  + " where nothing is written.")
          .defaultValue(List.of("RS256", "PS256", "ES256", "EdDSA"))
          .check(
              AuthSettings::areAlgorithms,
              "some of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA,"
                  + " HS256, HS384, HS512")
          .build();

  static final Setting<List<String>> TYPES =
      Setting.list(ISSUER_PREFIX + "types")
          .doc(
              "The values of the header `typ` that tokens of this issuer may have. A token without"
                  + " one counts as JWT. `at+jwt` alone insists on RFC 9068.")
          .defaultValue(List.of("at+jwt", "JWT"))
          .check(AuthSettings::isNotEmpty, "at least one type, such as at+jwt")
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

  static final Setting<List<String>> ROLES_CLAIM =
      Setting.list(ISSUER_PREFIX + "roles-claim")
          .doc(
              "The claims that hold the roles, all of which count; dots lead into objects, as in"
                  + " realm_access.roles.")
          .defaultValue(List.of("roles"))
          .check(AuthSettings::isNotEmpty, ONE_CLAIM)
          .build();

  static final Setting<String> TENANT_CLAIM =
      Setting.string(ISSUER_PREFIX + "tenant-claim")
          .doc(
              "The claim that names the customer or organisation of the caller; dots lead into"
                  + " objects.")
          .build();

  static final Setting<List<String>> SUBJECT_CLAIM =
      Setting.list(ISSUER_PREFIX + "subject-claim")
          .doc(
              "The claims that say who the caller is, of which the first that is there counts; one"
                  + " must be. `sub,client_id` takes tokens of clients that act for nobody, where no"
                  + " user can have the name of a client.")
          .defaultValue(List.of("sub"))
          .check(AuthSettings::isNotEmpty, ONE_CLAIM)
          .build();

  static final Setting<List<String>> CLIENT_CLAIM =
      Setting.list(ISSUER_PREFIX + "client-claim")
          .doc(
              "The claims that name the program that calls, of which the first that is there"
                  + " counts.")
          .defaultValue(List.of("client_id", "azp"))
          .check(AuthSettings::isNotEmpty, ONE_CLAIM)
          .build();

  static final Setting<List<String>> CLIENTS =
      Setting.list(ISSUER_PREFIX + "clients")
          .doc("The programs whose tokens are accepted; any where nothing is written.")
          .check(AuthSettings::isNotEmpty, "at least one client")
          .build();

  static final Setting<List<String>> AUDIENCE_CLAIM =
      Setting.list(ISSUER_PREFIX + "audience-claim")
          .doc(
              "The claims that say whom a token is for, of which the first that is there counts."
                  + " For issuers whose tokens have no `aud`.")
          .defaultValue(List.of("aud"))
          .check(AuthSettings::isNotEmpty, ONE_CLAIM)
          .build();

  static final Setting<List<String>> REQUIRED_CLAIMS =
      Setting.list(ISSUER_PREFIX + "required-claims")
          .doc(
              "What tokens must say beyond the usual: names of claims, or name=value, with | between"
                  + " alternatives, as in `hd=example.com,email_verified=true`. Those of a preset"
                  + " hold as well.")
          .check(ClaimDemands::areUsable, "names, or name=value, with | between alternatives")
          .build();

  static final Setting<URI> INTROSPECTION_URL =
      Setting.uri(ISSUER_PREFIX + "introspection.url")
          .doc(
              "Where the issuer says what a token means that is no JWT (RFC 7662). Without it such"
                  + " tokens are refused. One issuer of a service may have it.")
          .build();

  static final Setting<String> INTROSPECTION_CLIENT =
      Setting.string(ISSUER_PREFIX + "introspection.client-id")
          .doc("Who this service is for the issuer when it asks about a token.")
          .build();

  static final Setting<String> INTROSPECTION_SECRET =
      Setting.string(ISSUER_PREFIX + "introspection.client-secret")
          .doc("What proves that to the issuer, by HTTP Basic.")
          .secret()
          .build();

  static final Setting<Boolean> INTROSPECTION_ONLY =
      Setting.bool(ISSUER_PREFIX + "introspection.only")
          .doc(
              "Whether no token of this issuer is a JWT: then no keys are fetched, and JWTs that say"
                  + " they are of this issuer are refused.")
          .defaultValue(false)
          .build();

  static final Setting<Duration> INTROSPECTION_TTL =
      Setting.duration(ISSUER_PREFIX + "introspection.ttl")
          .doc(
              "How long the answer that a token is active is believed at most, and so how long a"
                  + " token lives on after it was revoked; 0s to ask each time.")
          .defaultValue(Duration.ofSeconds(60))
          .range(Duration.ZERO, Duration.ofMinutes(5))
          .build();

  static final Setting<Duration> INTROSPECTION_TIMEOUT =
      Setting.duration(ISSUER_PREFIX + "introspection.timeout")
          .doc("How long an answer is waited for before the call is refused with 503.")
          .defaultValue(Duration.ofMillis(1_500))
          .range(Duration.ofMillis(10), Duration.ofSeconds(4))
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

  static final Setting<Long> CACHE_BYTES =
      Setting.size("flyball.auth.token-cache.bytes")
          .doc("How much memory the verified tokens that are kept may take at most, with claims.")
          .defaultValue(32L * 1024 * 1024)
          .range(0L, 4L * 1024 * 1024 * 1024)
          .build();

  static final Setting<Integer> MAX_AUDIENCES =
      Setting.integer("flyball.auth.max-audiences")
          .doc("For how many services one token may be; one for more of them is refused.")
          .defaultValue(32)
          .range(1, 1_000)
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

  private static boolean isNotEmpty(List<String> texts) {
    return !texts.isEmpty();
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
    all.addAll(HttpSettings.all());
    all.addAll(KeySettings.all());
    all.addAll(ApiKeySettings.all());
    return all;
  }

  private static List<Setting<?>> tokens() {
    return List.of(
        ISSUER,
        PRESET,
        PROFILE,
        AUDIENCE,
        JWKS,
        SECRET,
        ALGORITHMS,
        TYPES,
        CLOCK_SKEW,
        MAX_LIFETIME,
        SCOPES_CLAIM,
        ROLES_CLAIM,
        TENANT_CLAIM,
        SUBJECT_CLAIM,
        CLIENT_CLAIM,
        CLIENTS,
        AUDIENCE_CLAIM,
        REQUIRED_CLAIMS,
        INTROSPECTION_URL,
        INTROSPECTION_CLIENT,
        INTROSPECTION_SECRET,
        INTROSPECTION_ONLY,
        INTROSPECTION_TTL,
        INTROSPECTION_TIMEOUT,
        CACHE,
        CACHE_SIZE,
        CACHE_BYTES,
        MAX_AUDIENCES,
        TOKEN_LIMIT,
        REALM);
  }
}
