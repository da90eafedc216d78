// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Setup;
import dev.flyball.auth.internal.jose.Algorithm;
import dev.flyball.auth.internal.jose.KeySet;
import dev.flyball.auth.internal.jose.VerificationKey;
import dev.flyball.settings.Setting;
import dev.flyball.settings.StartupProblem;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A secret that an issuer and this service share, instead of keys. It is never beside keys: a
 * public key that could be taken for a secret is the oldest of all confusions (RFC 8725, section
 * 2.1).
 */
final class SharedSecret {

  private static final String BASE64 = "base64:";

  private SharedSecret() {}

  /**
   * The keys of an issuer that shares a secret; null where it does not, or where a problem was told
   * of.
   */
  static @Nullable KeySet keys(IssuerOptions options, Setup setup) {
    String secret = options.find(AuthSettings.SECRET);
    Set<Algorithm> algorithms = options.algorithms();
    int symmetric = symmetric(algorithms);
    if (secret == null) {
      if (symmetric > 0) {
        mixed(AuthSettings.ALGORITHMS, options, setup, " names HS algorithms without a secret");
      }
      return null;
    }
    if (symmetric < algorithms.size()) {
      mixed(AuthSettings.ALGORITHMS, options, setup, " names others than HS beside a secret");
      return null;
    }
    if (options.find(AuthSettings.JWKS) != null) {
      mixed(AuthSettings.JWKS, options, setup, " is there beside a secret");
      return null;
    }
    byte[] bytes = decode(secret);
    return isStrong(bytes, algorithms, options, setup)
        ? KeySet.ofSecret(VerificationKey.symmetric(bytes, algorithms))
        : null;
  }

  /** Whether an issuer was meant to share a secret, well or not. */
  static boolean isWanted(IssuerOptions options) {
    return options.find(AuthSettings.SECRET) != null || symmetric(options.algorithms()) > 0;
  }

  private static int symmetric(Set<Algorithm> algorithms) {
    int count = 0;
    for (Algorithm each : algorithms) {
      count += each.isSymmetric() ? 1 : 0;
    }
    return count;
  }

  /** RFC 7518, section 3.2: at least as many bits as the hash has. */
  private static boolean isStrong(
      byte[] secret, Set<Algorithm> algorithms, IssuerOptions options, Setup setup) {
    for (Algorithm algorithm : algorithms) {
      if (secret.length < algorithm.length) {
        tell(
            AuthSettings.SECRET,
            options,
            setup,
            "AUTH-KEY-WEAK",
            " has "
                + secret.length
                + " bytes (expected: at least "
                + algorithm.length
                + " for "
                + algorithm.joseName
                + ", or base64: and Base64)",
            "have both sides use a random secret, as of openssl rand -base64 " + algorithm.length);
        return false;
      }
    }
    return true;
  }

  /** Empty where it is not Base64: then it is too short. */
  private static byte[] decode(String secret) {
    if (!secret.startsWith(BASE64)) {
      return secret.getBytes(StandardCharsets.UTF_8);
    }
    String base64 = secret.substring(BASE64.length()).strip().replace('-', '+').replace('_', '/');
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static void mixed(Setting<?> setting, IssuerOptions options, Setup setup, String what) {
    tell(
        setting,
        options,
        setup,
        "AUTH-KEYS-MIXED",
        what,
        "an issuer either shares a secret and uses HS256, HS384, HS512, or publishes keys");
  }

  private static void tell(
      Setting<?> setting, IssuerOptions options, Setup setup, String id, String what, String hint) {
    Setting<?> named = setting.named(options.name());
    setup.problem(
        new StartupProblem(
            id + ": " + named.key() + what,
            setup.settings().explain(named).origin().place(),
            hint));
  }
}
