// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import com.nimbusds.jose.util.Base64;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that must be refused: forgeries of what a {@link TokenBuilder} would have signed, each
 * wrong in one way only.
 *
 * <pre>{@code
 * String token = issuer.token().scopes("orders:read").forge().unsigned("nOnE");
 * }</pre>
 *
 * <p>The attacker's key is {@link KeySet#stranger}. Immutable.
 */
public final class Forgery {

  private static final byte[] NO_SIGNATURE = {};

  private final Draft draft;
  private final KeySet keys;

  Forgery(Draft draft, KeySet keys) {
    this.draft = draft;
    this.keys = keys;
  }

  /**
   * A token whose algorithm is {@code none}.
   *
   * @return two segments and an empty third one
   */
  public String unsigned() {
    return unsigned("none");
  }

  /**
   * A token without a signature that says so.
   *
   * @param algorithm the header's word for it, for example {@code nOnE}
   * @return two segments and an empty third one
   */
  public String unsigned(String algorithm) {
    return Draft.join(draft.withHeader("alg", algorithm).content(), NO_SIGNATURE);
  }

  /**
   * A token whose algorithm is {@code none} although its signature is good.
   *
   * @param algorithm the header's word for none
   * @return three segments
   */
  public String unsignedWithSignature(String algorithm) {
    return draft.withHeader("alg", algorithm).sign();
  }

  /**
   * A token whose signature was cut off; its header still promises one.
   *
   * @return two segments and an empty third one
   */
  public String withoutSignature() {
    return Draft.join(draft.content(), NO_SIGNATURE);
  }

  /**
   * A token signed with HS256, the public key in place of a shared secret.
   *
   * @param encoding the form in which the victim keeps its public key
   * @return a token whose {@code kid} is that of the public key
   */
  public String hmac(KeyEncoding encoding) {
    return hmac(encoding.encode(draft.key()));
  }

  /**
   * A token signed with HS256.
   *
   * @param secret any bytes, none too
   * @return a token whose {@code kid} is that of an asymmetric key
   */
  public String hmac(byte[] secret) {
    String content = draft.withHeader("alg", "HS256").content();
    return Draft.join(content, hmacSha256(secret, content));
  }

  /**
   * A token of which a claim was changed after it was signed.
   *
   * @param name the claim
   * @param value its new value
   * @return a token with the signature of what it was before
   */
  public String tamperedClaim(String name, @Nullable Object value) {
    Json.check(name, value);
    byte[] signature = draft.signature(draft.content());
    return Draft.join(draft.withClaim(name, value).content(), signature);
  }

  /**
   * A token of which one bit of the signature was turned.
   *
   * @return a token with a signature of the right length
   */
  public String tamperedSignature() {
    return signature(Forgery::turnOneBit);
  }

  /**
   * A token with another signature: all zeros, one byte longer, in another encoding.
   *
   * @param change gets the bytes of the good signature
   * @return a token with what it returns
   */
  public String signature(UnaryOperator<byte[]> change) {
    String content = draft.content();
    return Draft.join(content, change.apply(draft.signature(content)));
  }

  /**
   * A token whose key is not in the set, although its {@code kid} is.
   *
   * @return signed by the stranger
   */
  public String stranger() {
    return draft.withKey(strangerKey()).sign();
  }

  /**
   * A token that brings its own key as {@code jwk}.
   *
   * @return signed by the stranger, with the stranger's {@code kid}
   */
  public String embeddedJwk() {
    return byStranger("jwk", strangerKey().publicJwk());
  }

  /**
   * A token that says where its key is, as {@code jku}.
   *
   * @param url where the key set is said to be
   * @return signed by the stranger, with the stranger's {@code kid}
   */
  public String jku(String url) {
    return byStranger("jku", url);
  }

  /**
   * A token that says where its certificate is, as {@code x5u}.
   *
   * @param url where the certificate is said to be
   * @return signed by the stranger, with the stranger's {@code kid}
   */
  public String x5u(String url) {
    return byStranger("x5u", url);
  }

  /**
   * A token that brings a certificate of its own as {@code x5c}.
   *
   * @return signed by the stranger, whose certificate is signed by the stranger too
   */
  public String x5c() {
    byte[] certificate = SelfSignedCertificate.of(strangerKey());
    return byStranger("x5c", List.of(Base64.encode(certificate).toString()));
  }

  /**
   * A token with critical headers, each of which is there, and true unless it was set.
   *
   * @param names the headers; none gives an empty list, which RFC 7515 forbids
   * @return well signed
   */
  public String crit(String... names) {
    Draft changed = draft.withHeader("crit", List.of(names));
    for (String name : names) {
      changed = changed.header().containsKey(name) ? changed : changed.withHeader(name, true);
    }
    return changed.sign();
  }

  /**
   * A token whose payload is any text, well signed.
   *
   * @param payload invalid JSON, a name used twice, far too much
   * @return a token with the header as it was
   */
  public String rawPayload(String payload) {
    return raw(draft.headerText(), payload.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A token whose header is any text, well signed.
   *
   * @param header invalid JSON, a name used twice, far too much
   * @return a token with the payload as it was
   */
  public String rawHeader(String header) {
    return raw(header.getBytes(StandardCharsets.UTF_8), draft.payloadText());
  }

  /**
   * A token of any two texts, well signed.
   *
   * @param header what stands before the first dot
   * @param payload what stands before the second
   * @return a token
   */
  public String raw(String header, String payload) {
    return raw(header.getBytes(StandardCharsets.UTF_8), payload.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A token of any bytes, well signed, for texts that are not UTF-8.
   *
   * @param header what stands before the first dot
   * @param payload what stands before the second
   * @return a token
   */
  public String raw(byte[] header, byte[] payload) {
    return draft.sign(header, payload);
  }

  private String byStranger(String header, Object value) {
    SigningKey stranger = strangerKey();
    return draft
        .withKey(stranger)
        .withHeader("kid", stranger.id())
        .withHeader(header, value)
        .sign();
  }

  private SigningKey strangerKey() {
    return keys.stranger(draft.algorithm());
  }

  private static byte[] turnOneBit(byte[] signature) {
    byte[] changed = Arrays.copyOf(signature, signature.length);
    changed[changed.length / 2] ^= 1;
    return changed;
  }

  private static byte[] hmacSha256(byte[] secret, String content) {
    // the JDK refuses an empty key; HMAC fills up with zeros, so one zero is the same key
    byte[] key = secret.length == 0 ? new byte[1] : secret;
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(Draft.ascii(content));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HmacSHA256", e);
    }
  }
}
