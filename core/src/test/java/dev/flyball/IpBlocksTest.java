// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks of addresses. */
class IpBlocksTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "10.0.0.0/8, ::ffff:10.1.2.3, true",
    "10.0.0.0/8, ::a00:1, false",
    "192.0.2.128/25, 192.0.2.127, false",
    "192.0.2.128/25, 192.0.2.128, true",
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.8, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "::/0, 2001:db8::1, true",
    "::/0, 203.0.113.9, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "fe80::/10, fe80::1%eth0, true",
    "10.0.0.0/8, 10.0.0.1.example, false",
    "10.0.0.0/8, '', false",
    "10.0.0.0/8, unknown, false"
  })
  void address_isInBlock(String block, String address, boolean expected) {
    assertThat(IpBlocks.of(List.of(block)).contains(address)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/8/8",
        "10.0.0.0/0008",
        "10.0.0/8",
        "::/129",
        "::ffff:10.0.0.0/104",
        "10.0.0.0 /8",
        "10.0.0.0/x",
        "host.example"
      })
  void otherTexts_areNoBlocks(String text) {
    assertThat(IpBlocks.areBlocks(List.of("10.0.0.1", text))).isFalse();
    assertThat(IpBlocks.of(List.of(text)).isEmpty()).isTrue();
  }
}
