// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.KeyEncoding;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.issuer.SigningKey;
import dev.flyball.issuer.TokenBuilder;
import dev.flyball.testkit.hostile.Row.Need;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Rows 1 to 13: who has signed, and whether (RFC 8725, sections 3.1 to 3.5). */
final class SignatureRows {

  private static final String[] NONE = {"none", "None", "NONE", "nOnE"};
  private static final String[] UNKNOWN_KEY = {"kid_unknown", "key_refused", "key_weak"};

  private SignatureRows() {}

  static List<Row> all() {
    return List.of(
        unsigned(),
        unsignedWithSignature(),
        stripped(),
        segments(),
        publicKeyAsSecret(),
        commonSecrets(),
        weakSecret(),
        pinnedKey(),
        otherCurve(),
        ecdsa(),
        ed25519(),
        weakRsa(),
        rsaPadding());
  }

  private static Row unsigned() {
    Row row = Row.of(1, "alg none");
    for (String name : NONE) {
      row.token("alg " + name, t -> t.forge().unsigned(name), "alg_not_allowed");
    }
    return row.token("alg empty", t -> t.forge().unsigned(""), "alg_not_allowed")
        .token("alg null", t -> t.header("alg", null).sign(), "alg_not_allowed", "malformed")
        .token("alg missing", t -> t.withoutHeader("alg").sign(), "alg_not_allowed", "malformed")
        .token(
            "alg an array",
            t -> t.header("alg", List.of("RS256")).sign(),
            "alg_not_allowed",
            "malformed");
  }

  private static Row unsignedWithSignature() {
    Row row = Row.of(2, "alg none with a signature");
    for (String name : NONE) {
      row.token("alg " + name, t -> t.forge().unsignedWithSignature(name), "alg_not_allowed");
    }
    return row;
  }

  private static Row stripped() {
    Row row = Row.of(3, "signature stripped, dot kept");
    for (Algorithm algorithm : ordinary()) {
      row.token(
          algorithm.id(),
          t -> t.algorithm(algorithm).forge().withoutSignature(),
          "signature_missing");
    }
    return row;
  }

  private static Row segments() {
    return Row.of(4, "wrong number of segments")
        .token("two segments", SignatureRows::twoSegments, "malformed")
        .token("four segments", t -> t.sign() + ".AAAA", "malformed")
        .token("five segments", t -> t.sign() + ".AAAA.AAAA", "malformed")
        .token("one segment", t -> Segments.encode("{\"alg\":\"RS256\"}"), "malformed")
        .token("a dot", t -> ".", "malformed")
        .token("two dots", t -> "..", "malformed")
        .token("four dots", t -> "....", "malformed")
        .token("no header", t -> Segments.with(t.sign(), 0, ""), "malformed")
        .token("no payload", t -> Segments.with(t.sign(), 1, ""), "malformed")
        .lines("empty", Expected.invalidRequest(), "Authorization: Bearer ");
  }

  private static String twoSegments(TokenBuilder token) {
    String signed = token.sign();
    return signed.substring(0, signed.lastIndexOf('.'));
  }

  private static Row publicKeyAsSecret() {
    Row row = Row.of(5, "HS256 signed with the public key");
    for (KeyEncoding encoding : KeyEncoding.values()) {
      row.token("RSA key as " + encoding, t -> t.forge().hmac(encoding), "alg_not_allowed");
      if (encoding != KeyEncoding.MODULUS) {
        row.token(
            "EC key as " + encoding,
            t -> t.algorithm(Algorithm.ES256).forge().hmac(encoding),
            "alg_not_allowed");
      }
    }
    return row;
  }

  private static Row commonSecrets() {
    return Row.of(6, "HS256 with a common secret where there is none")
        .token("empty", t -> t.forge().hmac(new byte[0]), "alg_not_allowed")
        .each(
            "95 common secrets",
            (service, target) -> {
              for (String secret : CommonSecrets.all()) {
                String token =
                    service.token(target).forge().hmac(secret.getBytes(StandardCharsets.UTF_8));
                service.refuses(
                    target, Expected.invalidToken("alg_not_allowed"), Attacked.bearer(token));
              }
            })
        .needs(Need.CONFIGURED)
        .needs(Capability.SHARED_SECRETS)
        .once(
            "95 common secrets where there is another one",
            (service, target) -> {
              for (String secret : CommonSecrets.all()) {
                service.refuses(
                    target,
                    Expected.invalidToken("signature_invalid"),
                    Attacked.bearer(bySecret(service, target, secret)));
              }
              service.accepts(
                  target, Attacked.bearer(bySecret(service, target, Surroundings.SECRET)));
            });
  }

  private static String bySecret(Attacked service, HostileTarget target, String secret) {
    return service
        .token(service.issuer("secret"), target)
        .withoutHeader("kid")
        .forge()
        .hmac(secret.getBytes(StandardCharsets.UTF_8));
  }

  private static Row weakSecret() {
    return Row.of(7, "HS256 with a key that is too short")
        .needs(Need.IN_THIS_PROCESS)
        .needs(Capability.SHARED_SECRETS)
        .once("31 bytes", StartupTrials::weakSecret);
  }

  private static Row pinnedKey() {
    return Row.of(8, "algorithm that the key is not pinned to")
        .needs(Need.CONFIGURED)
        .once("RS256 under PS256", pinned(0, Algorithm.RS256))
        .once("PS256 under RS256", pinned(1, Algorithm.PS256))
        .once(
            "PS256 under PS256 is good",
            (service, target) -> {
              LocalIssuer issuer = service.issuer("pinned");
              String token = pinnedToken(service, target, 0, Algorithm.PS256);
              service.accepts(target, Attacked.bearer(token));
              service.requireNoRecord();
              issuer.clearRequests();
            });
  }

  private static Row.Body pinned(int key, Algorithm algorithm) {
    return (service, target) ->
        service.refuses(
            target,
            Expected.invalidToken("key_alg_mismatch"),
            Attacked.bearer(pinnedToken(service, target, key, algorithm)));
  }

  private static String pinnedToken(
      Attacked service, HostileTarget target, int key, Algorithm algorithm) {
    LocalIssuer issuer = service.issuer("pinned");
    String keyId = (String) issuer.keys().published().get(key).get("kid");
    return service
        .token(issuer, target)
        .signedBy(issuer.keys().key(String.valueOf(keyId)))
        .algorithm(algorithm)
        .sign();
  }

  /** Two RSA keys, each pinned to one algorithm. */
  static void pin(LocalIssuer issuer) {
    SigningKey first = issuer.keys().current();
    SigningKey second = issuer.keys().rotate();
    issuer.keys().unpublishAll();
    issuer.keys().publish(pinned(first, "PS256"));
    issuer.keys().publish(pinned(second, "RS256"));
  }

  private static Map<String, Object> pinned(SigningKey key, String algorithm) {
    Map<String, Object> jwk = new LinkedHashMap<>(key.publicJwk());
    jwk.put("alg", algorithm);
    return jwk;
  }

  private static Row otherCurve() {
    return Row.of(9, "other curve, no point of the curve")
        .each(
            "ES256 with a key of P-384",
            (service, target) -> {
              String keyId = service.issuer().keys().current(Algorithm.ES384).id();
              String token =
                  service.token(target).algorithm(Algorithm.ES256).header("kid", keyId).sign();
              service.refuses(
                  target,
                  Expected.invalidToken("key_alg_mismatch", "signature_invalid").withFetch(),
                  Attacked.bearer(token));
            })
        .needs(Need.CONFIGURED)
        .once("point off the curve", weakKey("off-curve", t -> t.algorithm(Algorithm.ES256).sign()))
        .once("point at infinity", weakKey("infinity", t -> t.algorithm(Algorithm.ES256).sign()));
  }

  private static Row ecdsa() {
    Row row = Row.of(10, "ECDSA signatures that are none");
    spoiled(row, Algorithm.ES256, "r = 0, s = 0", s -> new byte[64]);
    spoiled(row, Algorithm.ES256, "r = n", Signatures::orderAsR);
    spoiled(row, Algorithm.ES256, "s = n", Signatures::orderAsS);
    spoiled(row, Algorithm.ES256, "r = n, s = 0", Signatures::orderAndZero);
    spoiled(row, Algorithm.ES256, "DER", Signatures::der);
    spoiled(row, Algorithm.ES256, "63 bytes", s -> Arrays.copyOf(s, 63));
    spoiled(row, Algorithm.ES256, "65 bytes", s -> Signatures.longer(s, 1));
    spoiled(row, Algorithm.ES256, "zeros behind it", s -> Signatures.longer(s, 8));
    spoiled(row, Algorithm.ES256, "zero in front", Signatures::behindZero);
    return row;
  }

  private static Row ed25519() {
    Row row = Row.of(11, "Ed25519 signatures that are not canonical");
    spoiled(row, Algorithm.EDDSA, "zero behind it", s -> Signatures.longer(s, 1));
    spoiled(row, Algorithm.EDDSA, "63 bytes", s -> Arrays.copyOf(s, 63));
    spoiled(row, Algorithm.EDDSA, "S + L", Signatures::largeS);
    spoiled(row, Algorithm.EDDSA, "all zeros", s -> new byte[64]);
    return row;
  }

  private static Row weakRsa() {
    return Row.of(12, "RSA keys that are weak")
        .needs(Need.CONFIGURED)
        .once("1024 bits", weakKey("short", t -> t.sign()))
        .once("exponent 1", weakKey("exponent-1", SignatureRows::signedByNobody))
        .once("ROCA", weakKey("roca", SignatureRows::signedByRoca));
  }

  private static Row rsaPadding() {
    Row row = Row.of(13, "RSA paddings that are none");
    repadded(row, "garbage behind the hash", Signatures::garbageBehindHash);
    repadded(row, "block type 2", Signatures::otherBlockType);
    repadded(row, "first byte 1", Signatures::firstByteOne);
    repadded(row, "hole in the padding", Signatures::paddingWithAHole);
    repadded(row, "zeros for padding", Signatures::zerosForPadding);
    repadded(row, "no separator", Signatures::separatorNotZero);
    repadded(row, "no name of the hash", Signatures::withoutDigestInfo);
    repadded(row, "name of another hash", Signatures::otherHashName);
    repadded(row, "long form of a length", Signatures::longFormOfLength);
    repadded(row, "garbage in the parameters", Signatures::garbageInParameters);
    repadded(row, "another hash", Signatures::hashWithOneBitTurned);
    spoiled(row, Algorithm.RS256, "zero behind it", s -> Signatures.longer(s, 1));
    spoiled(row, Algorithm.RS256, "zero in front", Signatures::behindZero);
    spoiled(row, Algorithm.RS256, "all zeros", s -> new byte[s.length]);
    spoiled(row, Algorithm.RS256, "one", s -> new BigInteger("1").toByteArray());
    spoiled(row, Algorithm.PS256, "PSS, zero behind it", s -> Signatures.longer(s, 1));
    spoiled(row, Algorithm.PS256, "PSS, zero in front", Signatures::behindZero);
    return row;
  }

  private static void repadded(Row row, String name, UnaryOperator<byte[]> change) {
    row.each(
        name,
        (service, target) -> {
          SigningKey key = service.issuer().keys().current(Algorithm.RS256);
          String token =
              service
                  .token(target)
                  .signedBy(key)
                  .algorithm(Algorithm.RS256)
                  .forge()
                  .signature(RsaNumbers.of(key).repadded(change));
          service.refuses(
              target, Expected.invalidToken("signature_invalid"), Attacked.bearer(token));
        });
  }

  private static void spoiled(
      Row row, Algorithm algorithm, String name, UnaryOperator<byte[]> change) {
    row.token(name, t -> t.algorithm(algorithm).forge().signature(change), "signature_invalid");
  }

  // ---- an issuer that publishes what it should not

  /** The numbers of the key that is published although it is weak, made once. */
  private static final class Roca {
    static final RsaNumbers KEY = RsaNumbers.roca();
  }

  private static final SigningKey SHORT = SigningKey.rsa(1024).withId("short");
  private static final SigningKey WITNESS =
      SigningKey.generate(Algorithm.RS256).withId("exponent-1");

  /** One good key, and five that nobody should use. */
  static void weaken(LocalIssuer issuer) {
    RsaNumbers witness = RsaNumbers.of(WITNESS);
    issuer.keys().publish(SHORT);
    issuer
        .keys()
        .publish(
            new RsaNumbers(witness.modulus(), BigInteger.ONE, BigInteger.ONE).jwk("exponent-1"));
    issuer.keys().publish(Roca.KEY.jwk("roca"));
    Map<String, Object> point = issuer.keys().stranger(Algorithm.ES256).publicJwk();
    point.put("kid", "off-curve");
    point.put("x", point.get("y"));
    issuer.keys().publish(point);
    Map<String, Object> infinity = issuer.keys().stranger(Algorithm.ES256).publicJwk();
    infinity.put("kid", "infinity");
    infinity.put("x", "A".repeat(43));
    infinity.put("y", "A".repeat(43));
    issuer.keys().publish(infinity);
  }

  private static Row.Body weakKey(String keyId, Function<TokenBuilder, String> sign) {
    return (service, target) -> {
      LocalIssuer issuer = service.issuer("weak");
      TokenBuilder token = service.token(issuer, target).header("kid", keyId);
      if (keyId.equals("short")) {
        token.signedBy(SHORT).algorithm(Algorithm.RS256);
      }
      service.refuses(
          target,
          Expected.invalidToken(UNKNOWN_KEY).withFetch(),
          Attacked.bearer(sign.apply(token)));
    };
  }

  /** Under the exponent 1 the padded hash is its own signature, for whoever can pad. */
  private static String signedByNobody(TokenBuilder token) {
    return token
        .signedBy(WITNESS)
        .algorithm(Algorithm.RS256)
        .forge()
        .signature(RsaNumbers.of(WITNESS)::padded);
  }

  private static String signedByRoca(TokenBuilder token) {
    return token
        .signedBy(WITNESS)
        .header("kid", "roca")
        .algorithm(Algorithm.RS256)
        .forge()
        .signature(good -> Roca.KEY.sign(RsaNumbers.of(WITNESS).padded(good)));
  }

  private static List<Algorithm> ordinary() {
    return new ArrayList<>(
        List.of(Algorithm.RS256, Algorithm.PS256, Algorithm.ES256, Algorithm.EDDSA));
  }
}
