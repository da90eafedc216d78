// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.jwk.JWK;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class PaddingProperties {

  private static final KeySet KEYS = new KeySet(List.of(Algorithm.ES256));
  private static final TokenDefaults DEFAULTS =
      new TokenDefaults(
          "http://127.0.0.1:9000",
          List.of("orders"),
          Duration.ofMinutes(5),
          Algorithm.ES256,
          InstantSource.system(),
          KEYS,
          new ReferenceTokens());

  @Property(tries = 300)
  void paddedTo_hasThatLengthAndVerifies(@ForAll @IntRange(min = 600, max = 20_000) int size)
      throws Exception {
    String token = new TokenBuilder(DEFAULTS).paddedTo(size).sign();

    assertThat(token).hasSize(size);
    JWK key = JWK.parse(KEYS.current().publicJwk());
    assertThat(Client.verifies(JWSObject.parse(token), key)).isTrue();
    assertThat(Client.claims(token)).containsEntry("aud", "orders").containsKey("padding");
  }
}
