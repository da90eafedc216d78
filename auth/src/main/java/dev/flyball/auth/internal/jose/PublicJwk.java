// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.Map;

/**
 * A public key out of the members of a JWK (RFC 7518, RFC 8037): RSA, a curve of NIST, or Ed25519.
 *
 * @param keyType its {@code kty}
 * @param curve its {@code crv}; empty for RSA
 * @param key the key; one that is weak, or not on its curve, is never made
 * @param thumbprint the same however the numbers were written (RFC 7638)
 */
public record PublicJwk(String keyType, String curve, PublicKey key, String thumbprint) {

  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 8192;
  private static final int ED25519_BYTES = 32;
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  public static PublicJwk of(Map<String, Object> jwk)
      throws KeySetParser.Refused, GeneralSecurityException {
    String type = text(jwk, "kty");
    if (type.equals("RSA")) {
      return rsa(number(jwk, "n"), number(jwk, "e"));
    }
    String curve = type.equals("EC") || type.equals("OKP") ? text(jwk, "crv") : "";
    String standard = type.equals("EC") ? standardName(curve) : "";
    if (!standard.isEmpty()) {
      return elliptic(curve, standard, new ECPoint(number(jwk, "x"), number(jwk, "y")));
    }
    if (type.equals("OKP") && curve.equals("Ed25519")) {
      return ed25519(bytes(jwk, "x"));
    }
    throw KeySetParser.Refused.forOtherUse("a type of key that is not supported");
  }

  // ---- RSA

  private static PublicJwk rsa(BigInteger modulus, BigInteger exponent)
      throws KeySetParser.Refused, GeneralSecurityException {
    refuseWeak(modulus, exponent);
    PublicKey key =
        KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
    String members =
        "{\"e\":\""
            + encode(exponent, 0)
            + "\",\"kty\":\"RSA\",\"n\":\""
            + encode(modulus, 0)
            + "\"}";
    return new PublicJwk("RSA", "", key, hash(members));
  }

  private static void refuseWeak(BigInteger modulus, BigInteger exponent)
      throws KeySetParser.Refused {
    int bits = modulus.bitLength();
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
      throw new KeySetParser.Refused(
          "an RSA key of " + bits + " bits (expected: at least " + MIN_RSA_BITS + ")");
    }
    if (exponent.compareTo(BigInteger.valueOf(3)) < 0 || !exponent.testBit(0)) {
      throw new KeySetParser.Refused("an RSA key with exponent " + exponent);
    }
    if (Roca.isSuspect(modulus)) {
      throw new KeySetParser.Refused("an RSA key with the fingerprint of CVE-2017-15361");
    }
  }

  // ---- curves of NIST

  /** What the JDK calls a curve; empty for one that is not supported. */
  private static String standardName(String curve) {
    return switch (curve) {
      case "P-256" -> "secp256r1";
      case "P-384" -> "secp384r1";
      case "P-521" -> "secp521r1";
      default -> "";
    };
  }

  private static PublicJwk elliptic(String curve, String standard, ECPoint point)
      throws KeySetParser.Refused, GeneralSecurityException {
    AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
    named.init(new ECGenParameterSpec(standard));
    ECParameterSpec parameters = named.getParameterSpec(ECParameterSpec.class);
    if (!isOnCurve(point, parameters)) {
      throw new KeySetParser.Refused("a point that is not on " + curve);
    }
    PublicKey key =
        KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, parameters));
    int length = (parameters.getCurve().getField().getFieldSize() + 7) / 8;
    String members =
        "{\"crv\":\""
            + curve
            + "\",\"kty\":\"EC\",\"x\":\""
            + encode(point.getAffineX(), length)
            + "\",\"y\":\""
            + encode(point.getAffineY(), length)
            + "\"}";
    return new PublicJwk("EC", curve, key, hash(members));
  }

  /** The JDK does not ask: y^2 = x^3 + ax + b. These curves have no smaller groups. */
  private static boolean isOnCurve(ECPoint point, ECParameterSpec parameters) {
    BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0) {
      return false;
    }
    BigInteger right =
        x.multiply(x)
            .add(parameters.getCurve().getA())
            .multiply(x)
            .add(parameters.getCurve().getB())
            .mod(p);
    return y.multiply(y).mod(p).equals(right);
  }

  // ---- Ed25519

  private static PublicJwk ed25519(byte[] encoded)
      throws KeySetParser.Refused, GeneralSecurityException {
    if (encoded.length != ED25519_BYTES) {
      throw new KeySetParser.Refused("an Ed25519 key of " + encoded.length + " bytes");
    }
    boolean isXOdd = (encoded[ED25519_BYTES - 1] & 0x80) != 0;
    byte[] bigEndian = new byte[ED25519_BYTES];
    for (int i = 0; i < ED25519_BYTES; i++) {
      bigEndian[i] = encoded[ED25519_BYTES - 1 - i];
    }
    bigEndian[0] &= 0x7F;
    EdECPoint point = new EdECPoint(isXOdd, new BigInteger(1, bigEndian));
    PublicKey key =
        KeyFactory.getInstance("Ed25519")
            .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
    String members =
        "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" + BASE64.encodeToString(encoded) + "\"}";
    return new PublicJwk("OKP", "Ed25519", key, hash(members));
  }

  // ---- members

  private static String text(Map<String, Object> jwk, String name) throws KeySetParser.Refused {
    if (jwk.get(name) instanceof String text) {
      return text;
    }
    throw new KeySetParser.Refused("no member \"" + name + "\" that is a text");
  }

  private static BigInteger number(Map<String, Object> jwk, String name)
      throws KeySetParser.Refused {
    return new BigInteger(1, bytes(jwk, name));
  }

  private static byte[] bytes(Map<String, Object> jwk, String name) throws KeySetParser.Refused {
    try {
      return Base64.getUrlDecoder().decode(text(jwk, name));
    } catch (IllegalArgumentException e) {
      throw new KeySetParser.Refused("\"" + name + "\" is not Base64url");
    }
  }

  /** Big-endian, without a sign, filled up with zeros to a length. */
  private static String encode(BigInteger number, int length) {
    byte[] signed = number.toByteArray();
    int sign = signed[0] == 0 ? 1 : 0;
    byte[] bytes = new byte[Math.max(length, signed.length - sign)];
    int digits = signed.length - sign;
    System.arraycopy(signed, sign, bytes, bytes.length - digits, digits);
    return BASE64.encodeToString(bytes);
  }

  private static String hash(String members) throws GeneralSecurityException {
    byte[] text = members.getBytes(StandardCharsets.UTF_8);
    return BASE64.encodeToString(MessageDigest.getInstance("SHA-256").digest(text));
  }
}
