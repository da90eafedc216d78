// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JWK set (RFC 7517) and trusts as little of it as possible.
 *
 * <p>Signs of poisoning refuse the whole set: private members, symmetric keys, one id for two keys,
 * not a single usable key. A key that is only weak, unknown or for something else is left out, with
 * a reason.
 */
public final class KeySetParser {

  /** Why a set is refused. */
  public static final class Refused extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean harmless;

    Refused(String message) {
      this(message, false);
    }

    private Refused(String message, boolean harmless) {
      super(message, null, false, false);
      this.harmless = harmless;
    }

    /** A key that is good for something else, as many issuers publish beside the others. */
    static Refused forOtherUse(String message) {
      return new Refused(message, true);
    }
  }

  public static final int MAX_BYTES = 512 * 1024;

  private static final int MAX_KEYS = 100;
  private static final int MAX_KEY_ID = 256;
  private static final Set<String> PRIVATE_MEMBERS =
      Set.of("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv");
  private static final StrictJson JSON = new StrictJson(8, 10_000);

  private KeySetParser() {}

  public static KeySet parse(byte[] json) throws Refused {
    if (json.length > MAX_BYTES) {
      throw new Refused("more than " + MAX_BYTES + " bytes");
    }
    Map<String, Object> document;
    try {
      document = JSON.object(json);
    } catch (StrictJson.Malformed e) {
      throw new Refused("not a JSON object: " + e.getMessage());
    }
    if (!(document.get("keys") instanceof List<?> members)) {
      throw new Refused("no member \"keys\" that is an array");
    }
    if (members.size() > MAX_KEYS) {
      throw new Refused(members.size() + " keys (expected: at most " + MAX_KEYS + ")");
    }
    return parse(members);
  }

  /** One public key that somebody shows, as in the header of a DPoP proof (RFC 9449). */
  public static VerificationKey one(@Nullable Object member) throws Refused {
    return key(publicJwk(member));
  }

  private static KeySet parse(List<?> members) throws Refused {
    List<VerificationKey> keys = new ArrayList<>();
    List<String> dropped = new ArrayList<>();
    List<String> weak = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Object member : members) {
      Map<String, Object> jwk = publicJwk(member);
      if (jwk.get("kid") instanceof String keyId && !ids.add(keyId)) {
        throw new Refused("one kid for two keys");
      }
      try {
        keys.add(key(jwk));
      } catch (Refused e) {
        int number = keys.size() + dropped.size() + 1;
        String reason = "key " + number + ": " + e.getMessage();
        dropped.add(reason);
        if (!e.harmless) {
          weak.add(reason);
        }
      }
    }
    if (keys.isEmpty()) {
      throw new Refused("no usable key among " + members.size() + " " + dropped);
    }
    return new KeySet(keys, dropped, weak);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> publicJwk(@Nullable Object member) throws Refused {
    if (!(member instanceof Map<?, ?> jwk)) {
      throw new Refused("a key that is not an object");
    }
    if ("oct".equals(jwk.get("kty"))) {
      throw new Refused("a symmetric key among published keys");
    }
    for (String name : PRIVATE_MEMBERS) {
      if (jwk.containsKey(name)) {
        throw new Refused("a private key among published keys");
      }
    }
    return (Map<String, Object>) jwk;
  }

  private static VerificationKey key(Map<String, Object> jwk) throws Refused {
    if (jwk.containsKey("use") && !"sig".equals(jwk.get("use"))) {
      throw Refused.forOtherUse("not for signatures");
    }
    if (jwk.containsKey("key_ops")
        && !(jwk.get("key_ops") instanceof List<?> uses && uses.contains("verify"))) {
      throw Refused.forOtherUse("not for verifying");
    }
    Object keyId = jwk.get("kid");
    if (keyId != null && !(keyId instanceof String id && id.length() <= MAX_KEY_ID)) {
      throw new Refused("a kid that is no text of at most " + MAX_KEY_ID + " characters");
    }
    try {
      PublicJwk parsed = PublicJwk.of(jwk);
      Set<Algorithm> algorithms = algorithms(parsed, jwk.get("alg"));
      return new VerificationKey((String) keyId, parsed.key(), algorithms, parsed.thumbprint());
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new Refused("not a usable key: " + e.getMessage());
    }
  }

  /** The algorithms that fit the type of key; the one that the key is pinned to, where it is. */
  private static Set<Algorithm> algorithms(PublicJwk jwk, @Nullable Object pinned) throws Refused {
    Set<Algorithm> fitting = EnumSet.noneOf(Algorithm.class);
    for (Algorithm algorithm : Algorithm.values()) {
      boolean fits = algorithm.keyType.equals(jwk.keyType()) && algorithm.curve.equals(jwk.curve());
      if (fits && (pinned == null || algorithm.joseName.equals(pinned))) {
        fitting.add(algorithm);
      }
    }
    if (fitting.isEmpty()) {
      throw Refused.forOtherUse(
          "no algorithm fits " + jwk.keyType() + " " + jwk.curve() + " with alg " + pinned);
    }
    return fitting;
  }
}
