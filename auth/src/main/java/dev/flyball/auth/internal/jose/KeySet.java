// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys that an issuer publishes at one moment. Immutable. */
public final class KeySet {

  /** No keys: the set before the first one has come. */
  public static final KeySet EMPTY = new KeySet(List.of(), List.of(), List.of());

  private final List<VerificationKey> keys;
  private final Map<String, VerificationKey> byId = new HashMap<>();
  private final Map<String, Set<Algorithm>> algorithms = new HashMap<>();
  private final List<String> dropped;
  private final @Nullable VerificationKey secret;
  private final List<String> weak;

  public KeySet(List<VerificationKey> keys, List<String> dropped, List<String> weak) {
    this.keys = List.copyOf(keys);
    this.dropped = List.copyOf(dropped);
    this.secret = null;
    this.weak = List.copyOf(weak);
    for (VerificationKey key : keys) {
      algorithms
          .computeIfAbsent(key.thumbprint(), unused -> EnumSet.noneOf(Algorithm.class))
          .addAll(key.algorithms());
      if (key.keyId() != null) {
        byId.put(key.keyId(), key);
      }
    }
  }

  private KeySet(VerificationKey secret) {
    this.keys = List.of(secret);
    this.dropped = List.of();
    this.weak = List.of();
    this.secret = secret;
    this.algorithms.put(secret.thumbprint(), secret.algorithms());
  }

  /** A secret that issuer and service share: the one key, whatever id a token gives it. */
  public static KeySet ofSecret(VerificationKey secret) {
    return new KeySet(secret);
  }

  public boolean isEmpty() {
    return keys.isEmpty();
  }

  public int size() {
    return keys.size();
  }

  /** What was in the set and is not used, and why. */
  public List<String> dropped() {
    return dropped;
  }

  /** Those of them that are no keys for something else, but bad ones: somebody should look. */
  public List<String> weak() {
    return weak;
  }

  /** The keys, by id or else by thumbprint, that a later set does not hold any more. */
  public List<String> missingIn(KeySet later) {
    List<String> missing = new ArrayList<>();
    for (VerificationKey key : keys) {
      if (!later.holds(key)) {
        missing.add(key.keyId() != null ? key.keyId() : key.thumbprint());
      }
    }
    return missing;
  }

  /** Whether the same key is still published, for all that it was good for. */
  @SuppressWarnings("ReferenceEquality") // the usual case: the set has not been replaced
  public boolean holds(VerificationKey key) {
    if (key == secret || (key.keyId() != null && byId.get(key.keyId()) == key)) {
      return true;
    }
    Set<Algorithm> present = algorithms.get(key.thumbprint());
    return present != null && present.containsAll(key.algorithms());
  }

  /** Whether every token finds the same key in both, whatever their order. */
  public boolean isSameAs(KeySet other) {
    return keys.size() == other.keys.size()
        && (keys.equals(other.keys) || Set.copyOf(keys).equals(Set.copyOf(other.keys)));
  }

  /** The key of an id; null where the set does not hold it. */
  public @Nullable VerificationKey find(String keyId) {
    return secret != null ? secret : byId.get(keyId);
  }

  /** The key for tokens that name none: the only one that fits, or null. */
  public @Nullable VerificationKey only(Algorithm algorithm) {
    List<VerificationKey> fitting = new ArrayList<>();
    for (VerificationKey key : keys) {
      if (key.algorithms().contains(algorithm)) {
        fitting.add(key);
      }
    }
    return fitting.size() == 1 ? fitting.get(0) : null;
  }
}
