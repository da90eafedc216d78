// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigInteger;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class VerificationKeyTest {

  private static final BigInteger ED25519_ORDER =
      BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));

  @ParameterizedTest
  @EnumSource(
      names = {"HS256", "HS384", "HS512"},
      mode = EnumSource.Mode.EXCLUDE)
  void verifier_isAsGoodTheSecondTimeAsTheFirst(Algorithm algorithm) throws Exception {
    KeyPair pair = pair(algorithm);
    VerificationKey key = key(algorithm, pair.getPublic());
    byte[] text = text("first");
    byte[] signature = sign(algorithm, pair, text);
    for (int i = 0; i < 3; i++) {
      assertThat(verifies(key, algorithm, text, signature)).as("valid, time %d", i).isTrue();
      assertThat(verifies(key, algorithm, text("other"), signature)).isFalse();
      assertThat(verifies(key, algorithm, text, flipped(signature))).isFalse();
      byte[] next = text("next " + i);
      assertThat(verifies(key, algorithm, next, sign(algorithm, pair, next))).isTrue();
    }
  }

  @Test
  void verifiers_areEachUsedByOneThreadAtATime() throws Exception {
    KeyPair pair = pair(Algorithm.RS256);
    VerificationKey key = key(Algorithm.RS256, pair.getPublic());
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        byte[] text = text("text " + i);
        byte[] signature = sign(Algorithm.RS256, pair, text);
        boolean valid = i % 3 != 0;
        byte[] shown = valid ? signature : flipped(signature);
        tasks.add(() -> {
          boolean right = true;
          for (int round = 0; round < 50; round++) {
            right &= verifies(key, Algorithm.RS256, text, shown) == valid;
          }
          return right;
        });
      }
      for (Future<Boolean> each : threads.invokeAll(tasks)) {
        assertThat(each.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ES256", "ES384", "ES512"})
  void row10_ecdsaOutOfRangeOrOfAnotherLength_isRefused(Algorithm algorithm) throws Exception {
    KeyPair pair = pair(algorithm);
    VerificationKey key = key(algorithm, pair.getPublic());
    byte[] text = text("x");
    byte[] good = sign(algorithm, pair, text);
    byte[] order =
        unsigned(
            ((java.security.interfaces.ECPublicKey) pair.getPublic()).getParams().getOrder(),
            good.length / 2);
    byte[] tooLarge = good.clone();
    System.arraycopy(order, 0, tooLarge, 0, order.length);
    byte[] zero = good.clone();
    Arrays.fill(zero, good.length / 2, good.length, (byte) 0);
    assertThat(verifies(key, algorithm, text, good)).isTrue();
    for (byte[] bad :
        List.of(
            new byte[good.length],
            tooLarge,
            zero,
            Arrays.copyOf(good, good.length - 1),
            Arrays.copyOf(good, good.length + 1),
            Arrays.copyOf(good, good.length + 8),
            der(algorithm, pair, text))) {
      assertThat(verifies(key, algorithm, text, bad)).isFalse();
    }
  }

  static Stream<Arguments> providersOfEd25519() throws Exception {
    KeyPair pair = pair(Algorithm.EDDSA);
    byte[] raw = Ed25519.encode((EdECPublicKey) pair.getPublic());
    SignatureCheck tink = new TinkEd25519(raw);
    SignatureCheck jdk = new JdkSignature(pair.getPublic(), Algorithm.EDDSA);
    return Stream.of(arguments("Tink", tink, pair), arguments("JDK", jdk, pair));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("providersOfEd25519")
  void row11_ed25519_isTheSameByEveryProvider(String name, SignatureCheck check, KeyPair pair)
      throws Exception {
    VerificationKey key = VerificationKey.with(Algorithm.EDDSA, check);
    byte[] text = text("edwards");
    byte[] good = sign(Algorithm.EDDSA, pair, text);
    assertThat(verifies(key, Algorithm.EDDSA, text, good)).isTrue();
    for (byte[] bad :
        List.of(
            flipped(good),
            Arrays.copyOf(good, 65),
            Arrays.copyOf(good, 63),
            new byte[64],
            plusOrder(good))) {
      assertThat(verifies(key, Algorithm.EDDSA, text, bad)).isFalse();
    }
    assertThat(verifies(key, Algorithm.EDDSA, text("other"), good)).isFalse();
  }

  @Test
  void ed25519_goesThroughTinkWhereItIsThere() throws Exception {
    PublicKey key = pair(Algorithm.EDDSA).getPublic();
    assertThat(SignatureCheck.of(key, Algorithm.EDDSA)).isInstanceOf(TinkEd25519.class);
    assertThat(Tink.find(pair(Algorithm.RS256).getPublic())).isNull();
  }

  @Test
  void ed25519_goesThroughTheJdkWhereTinkIsAbsent() throws Exception {
    KeyPair pair = pair(Algorithm.EDDSA);
    byte[] text = text("without Tink");
    byte[] signature = sign(Algorithm.EDDSA, pair, text);
    try (URLClassLoader alone = withoutTink()) {
      Class<?> check = alone.loadClass(SignatureCheck.class.getName());
      Class<?> algorithms = alone.loadClass(Algorithm.class.getName());
      Object eddsa = algorithms.getField("EDDSA").get(null);
      var of = check.getDeclaredMethod("of", PublicKey.class, algorithms);
      of.setAccessible(true);
      assertThat(of.invoke(null, pair.getPublic(), eddsa).getClass().getSimpleName())
          .isEqualTo("JdkSignature");
      Class<?> keys = alone.loadClass(VerificationKey.class.getName());
      Object key =
          keys.getConstructor(String.class, PublicKey.class, Set.class, String.class)
              .newInstance("k", pair.getPublic(), Set.of(eddsa), "t");
      Object valid =
          keys.getMethod("verifies", algorithms, byte[].class, int.class, int.class, byte[].class)
              .invoke(key, eddsa, text, 0, text.length, signature);
      assertThat(valid).isEqualTo(true);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HS256", "HS384", "HS512"})
  void code_isThatOfTheSecretAndTheText(Algorithm algorithm) throws Exception {
    byte[] secret = text("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
    VerificationKey key = VerificationKey.symmetric(secret, Set.of(algorithm));
    javax.crypto.Mac mac = javax.crypto.Mac.getInstance(algorithm.jdkName);
    mac.init(new javax.crypto.spec.SecretKeySpec(secret, algorithm.jdkName));
    byte[] code = mac.doFinal(text("text"));
    assertThat(verifies(key, algorithm, text("text"), code)).isTrue();
    assertThat(verifies(key, algorithm, text("texT"), code)).isFalse();
    assertThat(verifies(key, algorithm, text("text"), flipped(code))).isFalse();
    assertThat(verifies(key, algorithm, text("text"), Arrays.copyOf(code, code.length - 1)))
        .isFalse();
    assertThat(verifies(key, Algorithm.RS256, text("text"), code)).isFalse();
    assertThat(key.toString()).contains(algorithm.joseName).doesNotContain("0123");
  }

  @Test
  void keys_areEqualWhereTokensFindTheSame() throws Exception {
    PublicKey one = pair(Algorithm.ES256).getPublic();
    Set<Algorithm> es256 = Set.of(Algorithm.ES256);
    VerificationKey key = new VerificationKey("a", one, es256, "t");
    assertThat(key)
        .isEqualTo(new VerificationKey("a", one, es256, "t"))
        .hasSameHashCodeAs(new VerificationKey("a", one, es256, "t"))
        .isNotEqualTo(new VerificationKey("b", one, es256, "t"))
        .isNotEqualTo(new VerificationKey("a", one, es256, "u"))
        .isNotEqualTo(new VerificationKey("a", one, Set.of(Algorithm.ES384), "t"))
        .isNotEqualTo("a");
    assertThat(key.thumbprint()).isEqualTo("t");
  }

  // ---- short words

  /** Our classes and those of core, and nothing of Tink. */
  private static URLClassLoader withoutTink() throws Exception {
    Collection<URL> places = new ArrayList<>();
    for (String each : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
      if (!Path.of(each).getFileName().toString().startsWith("tink-")) {
        places.add(Path.of(each).toUri().toURL());
      }
    }
    URLClassLoader loader =
        new URLClassLoader(places.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    assertThat(loader.getResource(Tink.CLASS.replace('.', '/') + ".class")).isNull();
    return loader;
  }

  private static VerificationKey key(Algorithm algorithm, PublicKey key) {
    return new VerificationKey("k", key, Set.of(algorithm), "t");
  }

  private static boolean verifies(
      VerificationKey key, Algorithm algorithm, byte[] text, byte[] signature) {
    byte[] inside = new byte[text.length + 5];
    System.arraycopy(text, 0, inside, 3, text.length);
    return key.verifies(algorithm, inside, 3, text.length, signature);
  }

  private static KeyPair pair(Algorithm algorithm) throws Exception {
    return switch (algorithm.keyType) {
      case "RSA" -> generator("RSA").generateKeyPair();
      case "EC" -> {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(
            new ECGenParameterSpec(
                "sec" + algorithm.curve.replace("-", "").toLowerCase(Locale.ROOT) + "r1"));
        yield generator.generateKeyPair();
      }
      default -> KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    };
  }

  private static KeyPairGenerator generator(String type) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
    generator.initialize(2048);
    return generator;
  }

  private static byte[] sign(Algorithm algorithm, KeyPair pair, byte[] text) throws Exception {
    Signature signer = Signature.getInstance(algorithm.isPss() ? "RSASSA-PSS" : algorithm.jdkName);
    if (algorithm.isPss()) {
      signer.setParameter(
          new PSSParameterSpec(
              algorithm.jdkName,
              "MGF1",
              new MGF1ParameterSpec(algorithm.jdkName),
              algorithm.length,
              1));
    }
    signer.initSign(pair.getPrivate());
    signer.update(text);
    return signer.sign();
  }

  private static byte[] der(Algorithm algorithm, KeyPair pair, byte[] text) throws Exception {
    Signature signer = Signature.getInstance(algorithm.jdkName.replace("inP1363Format", ""));
    signer.initSign(pair.getPrivate());
    signer.update(text);
    return signer.sign();
  }

  private static byte[] flipped(byte[] signature) {
    byte[] changed = signature.clone();
    changed[changed.length / 2 - 1] ^= 1;
    return changed;
  }

  /** S + L: the same point, another text. */
  private static byte[] plusOrder(byte[] signature) {
    byte[] bigEndian = new byte[32];
    for (int i = 0; i < 32; i++) {
      bigEndian[i] = signature[63 - i];
    }
    byte[] sum = unsigned(new BigInteger(1, bigEndian).add(ED25519_ORDER), 32);
    byte[] changed = signature.clone();
    for (int i = 0; i < 32; i++) {
      changed[63 - i] = sum[i];
    }
    return changed;
  }

  private static byte[] unsigned(BigInteger number, int length) {
    byte[] signed = number.toByteArray();
    byte[] bytes = new byte[length];
    int count = Math.min(length, signed.length);
    System.arraycopy(signed, signed.length - count, bytes, length - count, count);
    return bytes;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
