// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import dev.flyball.issuer.SigningKey;
import java.math.BigInteger;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;

/** The numbers of an RSA key, for signatures that no library makes. */
record RsaNumbers(BigInteger modulus, BigInteger exponent, BigInteger secret) {

  private static final BigInteger F4 = BigInteger.valueOf(65537);
  private static final int ROCA_PRIMES = 126;
  private static final int BITS = 2048;

  static RsaNumbers of(SigningKey key) {
    Map<String, Object> jwk = key.privateJwk();
    return new RsaNumbers(number(jwk, "n"), number(jwk, "e"), number(jwk, "d"));
  }

  /**
   * A key from the broken generator of CVE-2017-15361: its primes are k * M + (65537^a mod M), M
   * the product of the first primes.
   */
  static RsaNumbers roca() {
    Random random = new Random(4711);
    BigInteger product = BigInteger.ONE;
    BigInteger prime = BigInteger.ONE;
    for (int i = 0; i < ROCA_PRIMES; i++) {
      prime = prime.nextProbablePrime();
      product = product.multiply(prime);
    }
    while (true) {
      BigInteger p = rocaPrime(product, random);
      BigInteger q = rocaPrime(product, random);
      BigInteger modulus = p.multiply(q);
      BigInteger order = p.subtract(BigInteger.ONE).multiply(q.subtract(BigInteger.ONE));
      if (modulus.bitLength() == BITS && order.gcd(F4).equals(BigInteger.ONE)) {
        return new RsaNumbers(modulus, F4, F4.modInverse(order));
      }
    }
  }

  private static BigInteger rocaPrime(BigInteger product, Random random) {
    int factorBits = BITS / 2 - product.bitLength() + 1;
    while (true) {
      BigInteger power = F4.modPow(new BigInteger(64, random), product);
      BigInteger factor = new BigInteger(factorBits, random).setBit(factorBits - 1);
      BigInteger candidate = factor.multiply(product).add(power);
      if (candidate.bitLength() == BITS / 2 && candidate.isProbablePrime(40)) {
        return candidate;
      }
    }
  }

  /** The public half as a JSON Web Key. */
  Map<String, Object> jwk(String keyId) {
    Map<String, Object> jwk = new LinkedHashMap<>();
    jwk.put("kty", "RSA");
    jwk.put("use", "sig");
    jwk.put("kid", keyId);
    jwk.put("n", base64(bytes(modulus, length())));
    jwk.put("e", base64(stripped(exponent.toByteArray())));
    return jwk;
  }

  /** The padded hash that a signature of this key holds (RFC 8017, section 9.2). */
  byte[] padded(byte[] signature) {
    return bytes(new BigInteger(1, signature).modPow(exponent, modulus), length());
  }

  /** A signature over any padded hash. */
  byte[] sign(byte[] padded) {
    return bytes(new BigInteger(1, padded).modPow(secret, modulus), length());
  }

  /** Turns a good signature into one whose padding is changed. */
  UnaryOperator<byte[]> repadded(UnaryOperator<byte[]> change) {
    return signature -> sign(change.apply(padded(signature)));
  }

  int length() {
    return (modulus.bitLength() + 7) / 8;
  }

  private static BigInteger number(Map<String, Object> jwk, String name) {
    String text = (String) Objects.requireNonNull(jwk.get(name), name);
    return new BigInteger(1, Base64.getUrlDecoder().decode(text));
  }

  private static byte[] bytes(BigInteger number, int length) {
    byte[] stripped = stripped(number.toByteArray());
    byte[] bytes = new byte[length];
    System.arraycopy(stripped, 0, bytes, length - stripped.length, stripped.length);
    return bytes;
  }

  private static byte[] stripped(byte[] signed) {
    int sign = signed.length > 1 && signed[0] == 0 ? 1 : 0;
    byte[] bytes = new byte[signed.length - sign];
    System.arraycopy(signed, sign, bytes, 0, bytes.length);
    return bytes;
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
