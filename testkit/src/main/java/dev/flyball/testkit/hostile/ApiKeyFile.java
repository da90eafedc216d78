// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import tools.jackson.databind.json.JsonMapper;

/** A file of API keys, and the keys in it: one that is good, and one for each way to be bad. */
final class ApiKeyFile {

  static final String NAME = "api-keys.json";

  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int CHECKSUM_LENGTH = 6;
  private static final List<String> OPEN = List.of();

  private ApiKeyFile() {}

  // ---- keys

  static final String GOOD = "hostilegood0";
  static final String EXPIRED = "hostileold00";
  static final String REVOKED = "hostilegone0";
  static final String GRACE = "hostilegrace";
  static final String OTHER_SERVICE = "hostileother";
  static final String OTHER_NETWORK = "hostilenet00";
  static final String UNKNOWN = "hostilenone0";

  /** The text of a key. */
  static String text(String id) {
    return text(id, secret(id));
  }

  /** The text of a key with another secret, the checksum right. */
  static String text(String id, String secret) {
    String text = "fbk_live_" + id + '_' + secret;
    return text + checksum(text);
  }

  static String secret(String id) {
    return (id + "0123456789abcdefghijABCDEFGHIJ").substring(0, 32);
  }

  private static String checksum(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    StringBuilder digits = new StringBuilder();
    long rest = crc.getValue();
    for (int i = 0; i < CHECKSUM_LENGTH; i++) {
      digits.insert(0, ALPHABET.charAt((int) (rest % ALPHABET.length())));
      rest /= ALPHABET.length();
    }
    return digits.toString();
  }

  // ---- the file

  static String content(Instant now) {
    List<Map<String, Object>> keys = new ArrayList<>();
    Instant later = now.plus(Duration.ofDays(30));
    keys.add(key(GOOD, Trusted.AUDIENCE, OPEN, List.of(version(1, GOOD, "active", now, later))));
    keys.add(
        key(
            EXPIRED,
            Trusted.AUDIENCE,
            OPEN,
            List.of(version(1, EXPIRED, "active", now, now.minusSeconds(9)))));
    keys.add(
        key(REVOKED, Trusted.AUDIENCE, OPEN, List.of(version(1, REVOKED, "revoked", now, later))));
    keys.add(
        key(
            GRACE,
            Trusted.AUDIENCE,
            OPEN,
            List.of(
                version(2, "hostilenew00", "active", now, later),
                version(1, GRACE, "grace", now, later))));
    keys.add(
        key(
            OTHER_SERVICE,
            "payments",
            OPEN,
            List.of(version(1, OTHER_SERVICE, "active", now, later))));
    keys.add(
        key(
            OTHER_NETWORK,
            Trusted.AUDIENCE,
            List.of("192.0.2.0/24"),
            List.of(version(1, OTHER_NETWORK, "active", now, later))));
    return JsonMapper.shared().writeValueAsString(Map.of("keys", keys));
  }

  private static Map<String, Object> key(
      String id, String service, List<String> networks, List<Map<String, Object>> versions) {
    return Map.of(
        "id",
        id,
        "owner",
        Attacked.SUBJECT,
        "scopes",
        List.of("hostile:read", "hostile:write"),
        "services",
        List.of(service),
        "networks",
        networks,
        "versions",
        versions);
  }

  private static Map<String, Object> version(
      int number, String id, String status, Instant now, Instant expires) {
    return Map.of(
        "number",
        number,
        "hash",
        "sha256:" + hash(secret(id)),
        "status",
        status,
        "created",
        now.minus(Duration.ofDays(2)).toString(),
        "expires",
        expires.toString());
  }

  static String hash(String text) {
    return hash(text.getBytes(StandardCharsets.UTF_8));
  }

  /** SHA-256 in base64url. */
  static String hash(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
