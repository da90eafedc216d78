// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who counts as one peer. */
class PeerTest {

  @ParameterizedTest
  @CsvSource({
    "2001:db8:0:7::1, 2001:db8:0:7:ffff::2",
    "::ffff:192.0.2.1, 192.0.2.1",
    "fe80::1%eth0, fe80::2%eth1"
  })
  void addresses_ofOneNetwork_areOnePeer(String one, String other) {
    assertThat(Peer.of(one)).isEqualTo(Peer.of(other)).isNotEqualTo(Peer.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "2001:db8:0:7::1, 2001:db8:0:8::1",
    "192.0.2.1, 192.0.2.2",
    "::1, 0.0.0.0",
    "::1, 127.0.0.1"
  })
  void addresses_ofOtherNetworks_areOtherPeers(String one, String other) {
    assertThat(Peer.of(one)).isNotEqualTo(Peer.of(other));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "unix:/run/socket", "localhost", "1.2.3"})
  void otherTexts_areNobody(String text) {
    assertThat(Peer.of(text)).isEqualTo(Peer.UNKNOWN);
  }

  @Test
  void loopback_isSomebody() {
    assertThat(Peer.of("::1")).isNotEqualTo(Peer.UNKNOWN);
  }
}
