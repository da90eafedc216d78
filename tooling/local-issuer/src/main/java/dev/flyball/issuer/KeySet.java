// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys of an issuer: those that sign, and those that are published, which need not be the same.
 *
 * <p>There is one key for each family of algorithms, made and published when it is first asked for;
 * those of {@link LocalIssuerBuilder#algorithms} are there from the start. Thread-safe.
 */
public final class KeySet {

  private final Algorithm defaultAlgorithm;
  private final Map<KeyFamily, SigningKey> current = new EnumMap<>(KeyFamily.class);
  private final Map<KeyFamily, SigningKey> strangers = new EnumMap<>(KeyFamily.class);
  private final Map<String, SigningKey> known = new LinkedHashMap<>();
  private final List<Map<String, ?>> published = new ArrayList<>();

  KeySet(List<Algorithm> algorithms) {
    this.defaultAlgorithm = algorithms.get(0);
    algorithms.forEach(this::current);
  }

  /**
   * The key that signs with the default algorithm now.
   *
   * @return a key
   */
  public SigningKey current() {
    return current(defaultAlgorithm);
  }

  /**
   * The key that signs with an algorithm now.
   *
   * @param algorithm its family decides
   * @return a key, made and published if there was none
   */
  public synchronized SigningKey current(Algorithm algorithm) {
    SigningKey key = current.get(algorithm.family());
    return key != null ? key : install(SigningKey.generate(algorithm), algorithm);
  }

  /**
   * A key of this issuer.
   *
   * @param id its id
   * @return the key, published or not
   * @throws IllegalArgumentException if there is none, or it was retired
   */
  public synchronized SigningKey key(String id) {
    SigningKey key = known.get(id);
    if (key == null) {
      throw new IllegalArgumentException(
          "no key has the id " + id + " (expected: one of " + known.keySet() + ")");
    }
    return key;
  }

  /**
   * Replaces the key of the default algorithm.
   *
   * @return the new key
   * @see #rotate(Algorithm)
   */
  public SigningKey rotate() {
    return rotate(defaultAlgorithm);
  }

  /**
   * Replaces the key of an algorithm and publishes the new one. The old one stays published, and
   * can be asked for by its id, until it is retired.
   *
   * @param algorithm its family decides
   * @return the new key
   */
  public SigningKey rotate(Algorithm algorithm) {
    SigningKey key = SigningKey.generate(algorithm);
    synchronized (this) {
      return install(key, algorithm);
    }
  }

  /**
   * Forgets a key that was replaced, and takes it out of the published set.
   *
   * @param id its id
   * @throws IllegalStateException if the key still signs
   */
  public synchronized void retire(String id) {
    SigningKey key = key(id);
    if (current.containsValue(key)) {
      throw new IllegalStateException(
          "key " + id + " signs now (expected: one that was replaced; call rotate first)");
    }
    known.remove(id);
    unpublish(id);
  }

  /**
   * Publishes a key, once more if it is published already.
   *
   * @param key of this issuer or of anyone
   */
  public void publish(SigningKey key) {
    publish(key.publicJwk());
  }

  /**
   * Publishes whatever is given, for sets that a client should refuse: private halves, symmetric
   * keys, an id used twice, unknown types.
   *
   * @param jwk the members of a JSON Web Key; any values of JSON
   */
  public synchronized void publish(Map<String, ?> jwk) {
    jwk.forEach(Json::check);
    published.add(new LinkedHashMap<>(jwk));
  }

  /**
   * Takes every key of an id out of the published set; a key of this issuer can still sign.
   *
   * @param id the id
   */
  public synchronized void unpublish(String id) {
    published.removeIf(jwk -> id.equals(jwk.get("kid")));
  }

  /** Empties the published set. */
  public synchronized void unpublishAll() {
    published.clear();
  }

  /**
   * The published keys.
   *
   * @return their members, in the order of publication
   */
  public synchronized List<Map<String, ?>> published() {
    return List.copyOf(published);
  }

  /**
   * The published keys as a JSON Web Key Set.
   *
   * @return what the endpoint answers
   */
  public String json() {
    return Json.object(Map.of("keys", published()));
  }

  /**
   * A key that this issuer neither publishes nor knows by its id: an attacker's. It is the one that
   * {@link Forgery} signs with.
   *
   * @param algorithm its family decides
   * @return the same key each time
   */
  public synchronized SigningKey stranger(Algorithm algorithm) {
    return strangers.computeIfAbsent(algorithm.family(), unused -> SigningKey.generate(algorithm));
  }

  private SigningKey install(SigningKey key, Algorithm algorithm) {
    current.put(algorithm.family(), key);
    known.put(key.id(), key);
    publish(key);
    return key;
  }
}
