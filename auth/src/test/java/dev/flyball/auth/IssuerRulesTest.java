// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.flyball.CallRecord;
import dev.flyball.Principal;
import dev.flyball.issuer.TokenBuilder;
import dev.flyball.settings.Settings;
import dev.flyball.settings.StartupException;
import dev.flyball.testkit.InProcessApp;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the settings of an issuer ask of its tokens, presets and profiles among them. */
class IssuerRulesTest {

  private static final String PREFIX = "flyball.auth.issuers.main.";

  /** One issuer for all; each test trusts it in its own way. */
  private static AuthApp plain;

  @BeforeAll
  static void start() {
    plain = AuthApp.start();
  }

  @AfterAll
  static void stop() {
    plain.close();
  }

  private static TokenBuilder token() {
    return plain.issuer.token().subject("alice");
  }

  /** Calls a service that trusts the issuer as settings say. */
  private static CallRecord call(String token, String... settings) {
    try (AuthApp app =
        plain.trusting(a -> {
          for (int i = 0; i < settings.length; i += 2) {
            a.property(PREFIX + settings[i], settings[i + 1]);
          }
        })) {
      return app.call(token);
    }
  }

  // ---- RFC 9068

  @Test
  void rfc9068_isTheTypeAndSevenClaims() {
    assertThat(call(token().sign(), "profile", "rfc9068")).isOk();
    assertThat(call(token().typ("application/at+jwt").sign(), "profile", "rfc9068")).isOk();
    assertThat(call(token().claim("nonce", "n").sign(), "profile", "rfc9068"))
        .as("the type tells it")
        .isOk();
    for (String type : List.of("JWT", "jwt", "at+jws", "at+jwt2", "x/at+jwt", "")) {
      assertThat(call(token().typ(type).sign(), "profile", "rfc9068"))
          .as(type)
          .hasReason("token_type");
    }
    assertThat(call(token().withoutHeader("typ").sign(), "profile", "rfc9068"))
        .hasReason("token_type");
    assertThat(call(token().typ("JWT").sign(), "profile", "rfc9068", "types", "JWT"))
        .as("whatever types says")
        .hasReason("token_type");
  }

  @ParameterizedTest
  @CsvSource({
    "iss,issuer_unknown",
    "exp,claim_type",
    "aud,audience",
    "sub,claim_type",
    "client_id,claim_required",
    "iat,claim_required",
    "jti,claim_required"
  })
  void rfc9068_tokenWithoutOneClaim_isRefused(String claim, String reason) {
    assertThat(call(token().without(claim).sign(), "profile", "rfc9068")).hasReason(reason);
  }

  // ---- audience, client, subject, claims

  @Test
  void row40_tokenForVeryManyServices_isRefused() {
    assertThat(plain.call(token().claim("aud", audiences(32)).sign())).isOk();
    assertThat(plain.call(token().claim("aud", audiences(33)).sign())).hasReason("audience");
    assertThat(plain.call(token().claim("aud", audiences(501)).sign())).hasReason("audience");
    try (AuthApp strict = plain.trusting(a -> a.property("flyball.auth.max-audiences", "1"))) {
      assertThat(strict.call(token().sign())).isOk();
      assertThat(strict.call(token().claim("aud", audiences(2)).sign())).hasReason("audience");
    }
  }

  private static List<String> audiences(int count) {
    return IntStream.range(0, count).mapToObj(i -> i == 0 ? "orders" : "s" + i).toList();
  }

  @Test
  void clients_areThoseThatAreNamed() {
    String[] allowed = {"clients", "shop-app, web-app"};
    assertThat(call(token().clientId("shop-app").sign(), allowed)).isOk();
    assertThat(call(token().without("client_id").claim("azp", "web-app").sign(), allowed)).isOk();
    for (TokenBuilder token :
        List.of(
            token().clientId("other-app"),
            token().clientId("SHOP-APP"),
            token().clientId("shop"),
            token().clientId("other-app").claim("azp", "shop-app"),
            token().without("client_id"))) {
      assertThat(call(token.sign(), allowed)).hasReason("client_not_allowed");
    }
    assertThat(call(token().claim("client_id", List.of("shop-app")).sign(), allowed))
        .hasReason("claim_type");
  }

  @Test
  void subject_isTheFirstOfTheNamedClaims() {
    TokenBuilder robot = token().without("sub").clientId("robot");
    assertThat(call(robot.sign())).as("row 43").hasReason("claim_type");
    assertThat(call(robot.sign(), "subject-claim", "sub,client_id")).isOk().hasSubject("robot");
    assertThat(call(token().sign(), "subject-claim", "sub,client_id")).isOk().hasSubject("alice");
    assertThat(call(token().claim("sub", " ").sign(), "subject-claim", "sub,client_id"))
        .hasReason("claim_type");
    assertThat(call(token().claim("sub", null).sign(), "subject-claim", "sub,client_id"))
        .hasReason("claim_type");
  }

  @Test
  void audience_mayBeInAnotherClaim() {
    String[] other = {"audience-claim", "aud,resource"};
    TokenBuilder without = token().without("aud");
    assertThat(call(without.claim("resource", "orders").sign(), other)).isOk();
    assertThat(call(without.claim("resource", List.of("x", "orders")).sign(), other)).isOk();
    assertThat(call(without.claim("resource", "payments").sign(), other)).hasReason("audience");
    assertThat(call(token().audience("payments").claim("resource", "orders").sign(), other))
        .as("the first that is there counts")
        .hasReason("audience");
  }

  @Test
  void requiredClaims_mustAllBeThere() {
    String[] demands = {"required-claims", "hd=example.com|hd=example.org, email_verified=true, x"};
    TokenBuilder good = token().claim("hd", "example.org").claim("email_verified", true);
    assertThat(call(good.claim("x", 1).sign(), demands)).isOk();
    assertThat(call(good.claim("hd", List.of("a", "example.com")).sign(), demands)).isOk();
    assertThat(call(good.claim("hd", "example.net").sign(), demands)).hasReason("claim_required");
    assertThat(call(good.claim("hd", Map.of("example.com", 1)).sign(), demands))
        .hasReason("claim_required");
    good.claim("hd", "example.com");
    assertThat(call(good.claim("email_verified", false).sign(), demands))
        .hasReason("claim_required");
    good.claim("email_verified", "true");
    assertThat(call(good.claim("x", null).sign(), demands)).hasReason("claim_required");
    assertThat(call(good.without("x").sign(), demands)).hasReason("claim_required");
  }

  @ParameterizedTest
  @ValueSource(strings = {"=x", "a=", "a|", "|", "a,b|=c"})
  void requiredClaimsThatSayNothing_stopTheStart(String text) {
    assertThat(problem("required-claims", text))
        .contains("required-claims is " + text + " (expected: names, or name=value");
  }

  @ParameterizedTest
  @ValueSource(strings = {"roles-claim", "subject-claim", "client-claim", "audience-claim"})
  void claimsThatAreNone_stopTheStart(String key) {
    assertThat(problem(key, ",")).contains(key);
  }

  @Test
  void row45_rolesInUnusualPlaces_areNoneOrExact() {
    String[] nested = {"roles-claim", "realm_access.roles,extra"};
    Principal principal =
        call(
                token()
                    .claim("realm_access", Map.of("roles", List.of("a", "b")))
                    .claim("extra", "b c")
                    .sign(),
                nested)
            .principal();
    assertThat(principal.roles()).containsExactlyInAnyOrder("a", "b", "c");
    for (Object odd : List.of("admin", 7, List.of("admin"), Map.of("roles", 7), Map.of())) {
      CallRecord record = call(token().claim("realm_access", odd).sign(), nested);
      assertThat(record).isOk();
      assertThat(record.principal().roles()).isEmpty();
    }
  }

  // ---- presets

  @Test
  void keycloak_hasRolesOfTheRealmAndOfOurClient() {
    TokenBuilder token =
        token()
            .typ("JWT")
            .without("client_id")
            .claim("typ", "Bearer")
            .claim("azp", "shop")
            .claim("nonce", "kept by older releases")
            .claim("realm_access", Map.of("roles", List.of("staff")))
            .claim(
                "resource_access",
                Map.of(
                    "orders", Map.of("roles", List.of("editor")),
                    "payments", Map.of("roles", List.of("admin"))));
    Principal principal = call(token.sign(), "preset", "keycloak").principal();
    assertThat(principal.roles()).containsExactlyInAnyOrder("staff", "editor");
    assertThat(principal.client()).isEqualTo("shop");
    for (Object other : List.of("ID", "Refresh", "Offline", "Logout", "bearer")) {
      assertThat(call(token.claim("typ", other).sign(), "preset", "keycloak"))
          .hasReason("token_type");
    }
    assertThat(call(token.without("typ").sign(), "preset", "keycloak")).hasReason("token_type");
    assertThat(
            call(
                token.claim("typ", "Bearer").claim("events", Map.of()).sign(),
                "preset",
                "keycloak"))
        .hasReason("token_type");
  }

  @Test
  void keycloak_clientWithDotsInItsName_isFound() {
    String token =
        token()
            .audience("shop.orders")
            .claim("typ", "Bearer")
            .claim("resource_access", Map.of("shop.orders", Map.of("roles", List.of("editor"))))
            .sign();
    CallRecord record = call(token, "preset", "keycloak", "audience", "shop.orders");
    assertThat(record.principal().roles()).containsExactly("editor");
  }

  @Test
  void entra_hasScopesInScpAndTheTenant() {
    TokenBuilder token =
        token().typ("JWT").without("client_id").claim("tid", "tenant-1").claim("appid", "app-1");
    assertThat(call(token.sign(), "preset", "entra")).as("an ID token").hasReason("token_type");
    Principal user =
        call(token.claim("scp", "orders:read x").claim("azp", "app-2").sign(), "preset", "entra")
            .principal();
    assertThat(user.scopes()).containsExactlyInAnyOrder("orders:read", "x");
    assertThat(user.tenant()).isEqualTo("tenant-1");
    assertThat(user.client()).isEqualTo("app-2");
    Principal service =
        call(
                token.without("scp").without("azp").claim("roles", List.of("Orders.Read")).sign(),
                "preset",
                "entra")
            .principal();
    assertThat(service.roles()).containsExactly("Orders.Read");
    assertThat(service.client()).isEqualTo("app-1");
  }

  @Test
  void auth0_hasPermissionsAsRoles() {
    Principal principal =
        call(
                token()
                    .typ("JWT")
                    .without("client_id")
                    .claim("azp", "app-1")
                    .claim("aud", List.of("orders", "https://tenant.example/userinfo"))
                    .scopes("openid", "orders:read")
                    .claim("permissions", List.of("orders:write"))
                    .claim("org_id", "org_1")
                    .sign(),
                "preset",
                "auth0")
            .principal();
    assertThat(principal.scopes()).containsExactlyInAnyOrder("openid", "orders:read");
    assertThat(principal.roles()).containsExactly("orders:write");
    assertThat(principal.client()).isEqualTo("app-1");
    assertThat(principal.tenant()).isEqualTo("org_1");
  }

  @Test
  void okta_hasScopesInAnArray() {
    TokenBuilder token =
        token()
            .withoutHeader("typ")
            .without("client_id")
            .claim("scp", List.of("orders:read", "x"))
            .claim("groups", List.of("staff"));
    Principal principal = call(token.claim("cid", "app-1").sign(), "preset", "okta").principal();
    assertThat(principal.scopes()).containsExactlyInAnyOrder("orders:read", "x");
    assertThat(principal.roles()).containsExactly("staff");
    assertThat(principal.client()).isEqualTo("app-1");
    assertThat(call(token.without("cid").sign(), "preset", "okta")).hasReason("token_type");
  }

  @Test
  void cognito_hasItsClientForAnAudience() {
    TokenBuilder token =
        token()
            .withoutHeader("typ")
            .without("aud")
            .claim("token_use", "access")
            .claim("cognito:groups", List.of("staff"));
    Principal principal = call(token.clientId("orders").sign(), "preset", "cognito").principal();
    assertThat(principal.client()).isEqualTo("orders");
    assertThat(principal.roles()).containsExactly("staff");
    assertThat(call(token.clientId("other").sign(), "preset", "cognito")).hasReason("audience");
    assertThat(call(token.clientId("orders").audience("other").sign(), "preset", "cognito"))
        .as("bound to a resource")
        .hasReason("audience");
    assertThat(call(token.audience("orders").claim("token_use", "id").sign(), "preset", "cognito"))
        .as("an ID token")
        .hasReason("token_type");
  }

  @Test
  void google_hasIdTokens() {
    TokenBuilder token =
        token()
            .typ("JWT")
            .without("client_id")
            .claim("azp", "app-1")
            .claim("hd", "example.com")
            .claim("at_hash", "x")
            .claim("nonce", "y");
    // the keys are those of the local issuer
    String[] google = {"preset", "google", "jwks", plain.issuer.url() + "/jwks"};
    Principal principal = call(token.sign(), google).principal();
    assertThat(principal.client()).isEqualTo("app-1");
    assertThat(principal.tenant()).isEqualTo("example.com");
    assertThat(call(token.claim("events", Map.of()).sign(), google)).hasReason("token_type");
  }

  @Test
  void kubernetes_hasTheNamespaceAsTenant() {
    TokenBuilder token =
        token().withoutHeader("typ").without("client_id").subject("system:serviceaccount:shop:web");
    assertThat(call(token.sign(), "preset", "kubernetes")).hasReason("token_type");
    Map<String, Object> account = Map.of("name", "web", "uid", "1");
    Principal principal =
        call(
                token
                    .claim("kubernetes.io", Map.of("namespace", "shop", "serviceaccount", account))
                    .sign(),
                "preset",
                "kubernetes")
            .principal();
    assertThat(principal.subject()).isEqualTo("system:serviceaccount:shop:web");
    assertThat(principal.tenant()).isEqualTo("shop");
  }

  @Test
  void whatIsWritten_goesBeforeThePreset() {
    String[] settings = {
      "preset",
      "entra",
      "scopes-claim",
      "scope",
      "roles-claim",
      "roles",
      "tenant-claim",
      "org",
      "client-claim",
      "client_id",
      "audience-claim",
      "resource",
      "required-claims",
      "x"
    };
    TokenBuilder token =
        token()
            .clientId("app-1")
            .scopes("a")
            .roles("r")
            .claim("scp", "b")
            .claim("azp", "app-2")
            .claim("org", "o")
            .claim("tid", "t")
            .claim("aud", "other")
            .claim("resource", "orders")
            .claim("x", true);
    Principal principal = call(token.sign(), settings).principal();
    assertThat(principal.scopes()).containsExactly("a");
    assertThat(principal.tenant()).isEqualTo("o");
    assertThat(principal.client()).isEqualTo("app-1");
    assertThat(call(token.without("scp").without("roles").sign(), settings))
        .as("what tells tokens apart holds still")
        .hasReason("token_type");
    assertThat(call(token.claim("scp", "b").without("x").sign(), settings))
        .hasReason("claim_required");
  }

  @ParameterizedTest
  @CsvSource({
    "google,https://accounts.google.com,https://www.googleapis.com/oauth2/v3/certs",
    "entra,https://sts.windows.net/11111111-2222-3333-4444-555555555555/,"
        + "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/discovery/keys",
    "entra,https://sts.windows.net/common/,",
    "entra,https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0,",
    "keycloak,https://keycloak.example/realms/shop,"
  })
  void preset_knowsKeysThatAreNotWhereTheIssuerIs(String preset, String issuer, String keys) {
    Settings.Builder settings =
        Settings.builder()
            .declare(AuthSettings.all())
            .environment(Map.of())
            .systemProperties(Map.of())
            .property(PREFIX + "issuer", issuer)
            .property(PREFIX + "audience", "orders")
            .property(PREFIX + "preset", preset);
    assertThat(new IssuerOptions("main", settings.load()).keys()).isEqualTo(keys);
    settings.property(PREFIX + "jwks", "https://keys.example");
    assertThat(new IssuerOptions("main", settings.load()).keys()).isEqualTo("https://keys.example");
  }

  private static String problem(String key, String value) {
    InProcessApp wrong =
        InProcessApp.with(new AuthModule())
            .property(PREFIX + "issuer", "https://issuer.example")
            .property(PREFIX + "audience", "orders")
            .property(PREFIX + key, value);
    return catchThrowableOfType(StartupException.class, wrong::start).getMessage();
  }
}
