// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static dev.flyball.testkit.RecordAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.flyball.issuer.KeyEncoding;
import dev.flyball.settings.StartupException;
import dev.flyball.testkit.InProcessApp;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens with the code of a secret: attack rows 5 to 7, and what is accepted. */
class SharedSecretTest {

  private static final String PREFIX = "flyball.auth.issuers.legacy.";
  private static final String ISSUER = "https://legacy.example";
  private static final String SECRET =
      "a secret of sixty-four characters, which is enough for any of HS";

  private static AuthApp trusting(String... settings) {
    return AuthApp.with(a -> configure(a, settings));
  }

  private static InProcessApp configure(InProcessApp app, String... settings) {
    app.property(PREFIX + "issuer", ISSUER).property(PREFIX + "audience", "orders");
    for (int i = 0; i < settings.length; i += 2) {
      app.property(PREFIX + settings[i], settings[i + 1]);
    }
    return app;
  }

  private static String token(AuthApp app, String algorithm, byte[] secret) {
    return token(app, "{\"alg\":\"" + algorithm + "\"}", algorithm, secret);
  }

  private static String token(AuthApp app, String header, String algorithm, byte[] secret) {
    long now = app.time.now().getEpochSecond();
    String claims =
        "{\"iss\":\"%s\",\"aud\":\"orders\",\"sub\":\"lea\",\"iat\":%d,\"exp\":%d}"
            .formatted(ISSUER, now, now + 300);
    String content = base64(bytes(header)) + "." + base64(bytes(claims));
    return content + "." + base64(code(algorithm, secret, content));
  }

  @ParameterizedTest
  @ValueSource(strings = {"HS256", "HS384", "HS512"})
  void tokenWithTheCodeOfTheSecret_isAccepted(String algorithm) {
    try (AuthApp app = trusting("secret", SECRET, "algorithms", algorithm)) {
      String token = token(app, algorithm, bytes(SECRET));
      assertThat(app.call(token)).isOk().hasSubject("lea");
      assertThat(app.call(token)).as("known").isOk().hasSubject("lea");
      assertThat(app.call(token(app, algorithm, bytes(SECRET + "x"))))
          .hasReason("signature_invalid");
    }
  }

  @Test
  void secret_isForHs256WhereNothingIsWrittenAndHasNoId() {
    try (AuthApp app = trusting("secret", "base64:" + base64(bytes(SECRET)))) {
      assertThat(app.call(token(app, "HS256", bytes(SECRET)))).isOk();
      assertThat(app.call(token(app, "HS512", bytes(SECRET)))).hasReason("alg_not_allowed");
      String named = "{\"alg\":\"HS256\",\"kid\":\"any\"}";
      assertThat(app.call(token(app, named, "HS256", bytes(SECRET)))).isOk();
      assertThat(app.call(token(app, named, "HS256", bytes("secret")))).isRefusedBy("authenticate");
    }
  }

  @Test
  void secret_mayComeFromAFile(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("secret"), SECRET + "\n");
    try (AuthApp app = trusting("secret.file", file.toString())) {
      assertThat(app.call(token(app, "HS256", bytes(SECRET)))).isOk();
    }
  }

  @Test
  void row5_publicKeyAsSecret_isRefusedAlsoBesideAnIssuerWithASecret() {
    try (AuthApp app = trusting("secret", SECRET)) {
      for (KeyEncoding encoding : KeyEncoding.values()) {
        assertThat(app.call(app.issuer.token().forge().hmac(encoding)))
            .hasReason("alg_not_allowed");
      }
      assertThat(app.call(app.issuer.token().issuer(ISSUER).sign()))
          .as("row 27: a published key for the issuer with the secret")
          .hasReason("alg_not_allowed");
      assertThat(app.call(app.issuer.token().forge().hmac(bytes(SECRET))))
          .as("the secret for the issuer with keys")
          .hasReason("alg_not_allowed");
    }
  }

  @Test
  void row6_codeOfACommonSecret_isRefused() {
    try (AuthApp app = trusting("secret", SECRET)) {
      for (String common : new String[] {"secret", "password", "changeme", "your-256-bit-secret"}) {
        assertThat(app.call(token(app, "HS256", bytes(common)))).hasReason("signature_invalid");
      }
      for (int length : new int[] {0, 31, 33}) {
        String[] parts = token(app, "HS256", bytes(SECRET)).split("\\.");
        String code = length == 0 ? "" : base64(new byte[length]);
        assertThat(app.call(parts[0] + "." + parts[1] + "." + code)).isRefusedBy("authenticate");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HS256,1234567890123456789012345678901,31,32",
    "HS384,12345678901234567890123456789012345678901234567,47,48",
    "HS512,123456789012345678901234567890123456789012345678901234567890123,63,64",
    "'HS256,HS512',12345678901234567890123456789012,32,64",
    "HS256,base64:bm90IGxvbmc=,8,32",
    "HS256,base64:?????????????????????????????????????????,0,32"
  })
  void row7_secretShorterThanItsHash_stopsTheStart(
      String algorithms, String secret, int has, int needs) {
    assertThat(problem("secret", secret, "algorithms", algorithms))
        .contains(
            "AUTH-KEY-WEAK: "
                + PREFIX
                + "secret has "
                + has
                + " bytes (expected: at least "
                + needs
                + " for")
        .doesNotContain(secret);
  }

  @Test
  void secretBesideKeys_stopsTheStart() {
    assertThat(problem("secret", SECRET, "jwks", "https://legacy.example/keys"))
        .contains("AUTH-KEYS-MIXED: " + PREFIX + "jwks is there beside a secret");
    assertThat(problem("secret", SECRET, "algorithms", "HS256,RS256"))
        .contains("AUTH-KEYS-MIXED: " + PREFIX + "algorithms names others than HS");
    assertThat(problem("algorithms", "RS256,HS256"))
        .contains("AUTH-KEYS-MIXED: " + PREFIX + "algorithms names HS algorithms without a secret");
  }

  private static String problem(String... settings) {
    InProcessApp wrong = configure(InProcessApp.with(new AuthModule()), settings);
    String message = catchThrowableOfType(StartupException.class, wrong::start).getMessage();
    assertThat(message).doesNotContain(SECRET);
    return message;
  }

  private static byte[] code(String algorithm, byte[] secret, String content) {
    try {
      Mac mac = Mac.getInstance("HmacSHA" + algorithm.substring(2));
      mac.init(new SecretKeySpec(secret, mac.getAlgorithm()));
      return mac.doFinal(bytes(content));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
