// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A key pair that can sign tokens, whether an issuer knows it or not.
 *
 * <p>Its id is its thumbprint (RFC 7638): an issuer that starts again has keys of other ids, and
 * nobody who remembers the old ones takes a new one for them. Immutable.
 */
public final class SigningKey {

  /** What comes before the 32 bytes of an Ed25519 key in its X.509 form (RFC 8410). */
  private static final int ED25519_PREFIX = 12;

  private final KeyFamily family;
  private final KeyPair pair;
  private final JWK jwk;
  private final String id;

  private SigningKey(KeyFamily family, KeyPair pair, JWK jwk, String id) {
    this.family = family;
    this.pair = pair;
    this.jwk = jwk;
    this.id = id;
  }

  /**
   * A new key for an algorithm.
   *
   * @param algorithm RSA keys have 2048 bits
   * @return a key that nothing publishes yet
   */
  public static SigningKey generate(Algorithm algorithm) {
    Objects.requireNonNull(algorithm, "algorithm");
    return of(algorithm.family(), algorithm.family().generate());
  }

  /**
   * A new RSA key of any size, weak ones too.
   *
   * @param bits 512 or more
   * @return a key that nothing publishes yet
   */
  public static SigningKey rsa(int bits) {
    return of(KeyFamily.RSA, KeyFamily.rsa(bits));
  }

  /**
   * The same key under another id.
   *
   * @param id any text
   * @return a key
   */
  public SigningKey withId(String id) {
    return new SigningKey(family, pair, jwk, Objects.requireNonNull(id, "id"));
  }

  /**
   * The id, which tokens name as {@code kid}.
   *
   * @return the thumbprint, unless another was given
   */
  public String id() {
    return id;
  }

  /**
   * The public half.
   *
   * @return for verification without a JSON Web Key
   */
  public PublicKey publicKey() {
    return pair.getPublic();
  }

  /**
   * The public half as a JSON Web Key with {@code kid} and {@code use}. It has no {@code alg},
   * since an RSA key serves six of them.
   *
   * @return the members; the caller's own to change
   */
  public Map<String, Object> publicJwk() {
    return members(jwk.toPublicJWK());
  }

  /**
   * Both halves as a JSON Web Key, as no issuer should ever publish them.
   *
   * @return the members; the caller's own to change
   */
  public Map<String, Object> privateJwk() {
    return members(jwk);
  }

  /**
   * A certificate of this key in which it vouches for itself, for mutual TLS and for tokens that
   * are bound to it.
   *
   * @return the same bytes only where the algorithm is deterministic: keep it
   */
  public X509Certificate certificate() {
    return Certificates.of(this);
  }

  /**
   * The key and a certificate of it, for TLS.
   *
   * @param certificate the one that tokens are bound to; each call of {@link #certificate} may give
   *     another
   * @param password protects the entry
   * @return a store in memory with the one entry
   */
  public KeyStore keyStore(X509Certificate certificate, char[] password) {
    return Certificates.store(pair.getPrivate(), certificate, password);
  }

  /**
   * The algorithm used where nobody names one.
   *
   * @return the first of its family
   */
  Algorithm defaultAlgorithm() {
    for (Algorithm algorithm : Algorithm.values()) {
      if (algorithm.family() == family) {
        return algorithm;
      }
    }
    throw new IllegalStateException("no algorithm for " + family);
  }

  boolean signs(Algorithm algorithm) {
    return algorithm.family() == family;
  }

  KeyFamily family() {
    return family;
  }

  byte[] sign(Algorithm algorithm, byte[] content) {
    if (!signs(algorithm)) {
      throw new IllegalArgumentException(
          algorithm.id() + " with a key of " + family + " (expected: " + algorithm.family() + ")");
    }
    try {
      return sign(algorithm.signature(), content);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("key " + id + " cannot sign " + algorithm.id(), e);
    }
  }

  byte[] sign(Signature signature, byte[] content) throws GeneralSecurityException {
    signature.initSign(pair.getPrivate());
    signature.update(content);
    return signature.sign();
  }

  /** Names the key without showing it. */
  @Override
  public String toString() {
    return family + " key " + id;
  }

  private Map<String, Object> members(JWK source) {
    Map<String, Object> members = new LinkedHashMap<>(source.toJSONObject());
    members.put("kid", id);
    return members;
  }

  private static SigningKey of(KeyFamily family, KeyPair pair) {
    JWK jwk =
        switch (family) {
          case RSA -> rsaJwk(pair);
          case P256 -> ecJwk(Curve.P_256, pair);
          case P384 -> ecJwk(Curve.P_384, pair);
          case P521 -> ecJwk(Curve.P_521, pair);
          case ED25519 -> ed25519Jwk(pair);
        };
    return new SigningKey(family, pair, jwk, thumbprint(jwk));
  }

  private static JWK rsaJwk(KeyPair pair) {
    return new RSAKey.Builder((RSAPublicKey) pair.getPublic())
        .privateKey((RSAPrivateKey) pair.getPrivate())
        .keyUse(KeyUse.SIGNATURE)
        .build();
  }

  private static JWK ecJwk(Curve curve, KeyPair pair) {
    return new ECKey.Builder(curve, (ECPublicKey) pair.getPublic())
        .privateKey(pair.getPrivate())
        .keyUse(KeyUse.SIGNATURE)
        .build();
  }

  private static JWK ed25519Jwk(KeyPair pair) {
    byte[] encoded = pair.getPublic().getEncoded();
    byte[] x = Arrays.copyOfRange(encoded, ED25519_PREFIX, encoded.length);
    byte[] d = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
    return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x))
        .d(Base64URL.encode(d))
        .keyUse(KeyUse.SIGNATURE)
        .build();
  }

  private static String thumbprint(JWK jwk) {
    try {
      return jwk.computeThumbprint().toString();
    } catch (JOSEException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
