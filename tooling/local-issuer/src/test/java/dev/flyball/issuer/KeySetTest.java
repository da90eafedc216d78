// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class KeySetTest {

  private LocalIssuer issuer;
  private Client client;
  private KeySet keys;

  @BeforeEach
  void start() {
    issuer = LocalIssuer.start(0);
    client = new Client(issuer);
    keys = issuer.keys();
  }

  @AfterEach
  void stop() {
    issuer.close();
  }

  @Test
  void rotate_bothKeysArePublished_untilTheOldOneIsRetired() throws Exception {
    String old = keys.current().id();
    String before = issuer.token().sign();
    SigningKey next = keys.rotate();
    String after = issuer.token().sign();

    assertThat(Client.header(after)).containsEntry("kid", next.id());
    assertThat(published()).containsExactly(old, next.id());
    assertThat(client.verifies(before)).isTrue();
    assertThat(client.verifies(after)).isTrue();

    keys.retire(old);

    assertThat(published()).containsExactly(next.id());
    assertThat(client.verifies(before)).isFalse();
    assertThat(client.verifies(after)).isTrue();
    assertThatThrownBy(() -> keys.key(old)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rotate_ofOneFamily_leavesTheOthers() {
    SigningKey rsa = keys.current();
    SigningKey first = keys.current(Algorithm.ES256);
    SigningKey second = keys.rotate(Algorithm.ES256);

    assertThat(keys.current()).isSameAs(rsa);
    assertThat(keys.current(Algorithm.ES256)).isSameAs(second).isNotSameAs(first);
  }

  @Test
  void retire_ofTheKeyThatSigns_isRefused() {
    String id = keys.current().id();

    assertThatThrownBy(() -> keys.retire(id))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("call rotate first");
    assertThat(keys.key(id)).isSameAs(keys.current());
  }

  @Test
  void unpublish_theKeySignsOn_andCanComeBack() throws Exception {
    SigningKey key = keys.current();
    keys.unpublish(key.id());
    String token = issuer.token().sign();

    assertThat(Client.header(token)).containsEntry("kid", key.id());
    assertThat(client.verifies(token)).isFalse();

    keys.publish(key);

    assertThat(client.verifies(token)).isTrue();
  }

  @Test
  void keys_ofOtherFamilies_areMadeWhenFirstUsed() throws Exception {
    assertThat(published()).hasSize(1);

    issuer.token().algorithm(Algorithm.EDDSA).sign();
    issuer.token().algorithm(Algorithm.PS512).sign();

    assertThat(published())
        .containsExactly(keys.current().id(), keys.current(Algorithm.EDDSA).id());
  }

  @Test
  void keys_ofTheAlgorithmsAskedFor_areThereFromTheStart() throws Exception {
    try (LocalIssuer other =
        LocalIssuer.builder()
            .algorithms(Algorithm.ES256, Algorithm.EDDSA, Algorithm.ES256)
            .start()) {
      assertThat(new Client(other).keys().getKeys()).hasSize(2);
      assertThat(Client.header(other.token().sign())).containsEntry("alg", "ES256");
    }
  }

  @Test
  void keys_ofAnotherIssuer_haveOtherIds() {
    try (LocalIssuer other = LocalIssuer.start(0)) {
      assertThat(other.keys().current().id()).isNotEqualTo(keys.current().id());
    }
  }

  @Test
  void set_canBePoisoned() throws Exception {
    SigningKey key = keys.current();
    SigningKey weak = SigningKey.rsa(1024);
    Map<String, Object> secret = Map.of("kty", "oct", "kid", "secret", "k", "c2VjcmV0");
    Map<String, Object> nameless = new HashMap<>(Map.of("kty", "??"));
    nameless.put("kid", null);
    keys.publish(SigningKey.generate(Algorithm.ES256).withId(key.id()));
    keys.publish(SigningKey.generate(Algorithm.ES256).privateJwk());
    keys.publish(secret);
    keys.publish(weak);
    keys.publish(nameless);

    List<?> set = (List<?>) Client.parse(client.get(LocalIssuer.JWKS).body()).get("keys");

    assertThat(set).hasSize(6);
    assertThat(published().subList(0, 2)).containsExactly(key.id(), key.id());
    assertThat(((Map<?, ?>) set.get(2)).get("d")).isNotNull();
    assertThat(set.get(3)).isEqualTo(secret);
    assertThat(client.keys().getKeyByKeyId(weak.id()).size()).isEqualTo(1024);
    assertThat(set.get(5)).isEqualTo(nameless);

    keys.unpublish(key.id());
    assertThat(published()).hasSize(4);
    keys.unpublishAll();
    assertThat(client.get(LocalIssuer.JWKS).body()).isEqualTo("{\"keys\":[]}");
  }

  @Test
  void publish_ofWhatIsNotJson_isRefusedAtOnce() {
    assertThatThrownBy(() -> keys.publish(Map.of("kty", new Object())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("kty of java.lang.Object");
    assertThat(keys.published()).hasSize(1);
  }

  @Test
  void publicJwk_ofEachFamily_hasNoPrivateHalf() {
    for (Algorithm algorithm : Algorithm.values()) {
      SigningKey key = keys.current(algorithm);

      assertThat(key.publicJwk())
          .containsEntry("kid", key.id())
          .containsEntry("use", "sig")
          .doesNotContainKeys("d", "p", "q", "dp", "dq", "qi", "alg");
      assertThat(key.privateJwk()).containsKey("d");
      assertThat(key).hasToString(key.family() + " key " + key.id());
    }
  }

  @Test
  void stranger_isNeitherPublishedNorKnown() throws Exception {
    SigningKey stranger = keys.stranger(Algorithm.RS256);

    assertThat(keys.stranger(Algorithm.PS512)).isSameAs(stranger);
    assertThat(published()).doesNotContain(stranger.id());
    assertThatThrownBy(() -> keys.key(stranger.id())).isInstanceOf(IllegalArgumentException.class);
  }

  private List<Object> published() throws Exception {
    List<Object> ids = new ArrayList<>();
    List<?> set = (List<?>) Client.parse(client.get(LocalIssuer.JWKS).body()).get("keys");
    set.forEach(jwk -> ids.add(((Map<?, ?>) jwk).get("kid")));
    return ids;
  }
}
