// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class IpAddressProperties {

  @Property
  void addressOfFourBytes_isRead(@ForAll @Size(4) byte[] bytes) throws UnknownHostException {
    String text = InetAddress.getByAddress(bytes).getHostAddress();

    assertThat(IpAddress.parse(text)).isEqualTo(bytes);
    assertThat(IpAddress.parse("::ffff:" + text)).isEqualTo(bytes);
    assertThat(IpAddress.parse("0:0:0:0:0:FFFF:" + text)).isEqualTo(bytes);
  }

  @Property
  void addressOfSixteenBytes_isRead(@ForAll @Size(16) byte[] bytes) throws UnknownHostException {
    InetAddress address = InetAddress.getByAddress(bytes);

    assertThat(IpAddress.parse(address.getHostAddress())).isEqualTo(address.getAddress());
  }

  /**
   * With a digit in front, the platform takes a text with a colon for an address and asks nobody.
   * It reads groups of more than four digits too, and parts of IPv4 that begin with zero.
   */
  @Property(tries = 5_000)
  void textWithColons_isReadAsThePlatformDoes(@ForAll("almost") String text) {
    byte[] expected;
    try {
      expected = InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      expected = null;
    }
    assertThat(IpAddress.parse(text)).as(text).isEqualTo(expected);
  }

  @Example
  void anythingElse_isNoAddress() {
    List<String> texts =
        List.of(
            "",
            " ",
            "localhost",
            "1",
            "1.2.3",
            "1.2.3.4.5",
            "1.2.3.256",
            "01.2.3.4",
            "1.2.3.4 ",
            "1.2.3.-4",
            "1..3.4",
            "１.2.3.4",
            "0x1.2.3.4",
            ":",
            ":::",
            "::1::",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "::12345",
            "::g",
            "1.2.3.4::",
            "::1.2.3",
            "fe80::1%eth0",
            "[::1]",
            ".:",
            ".dead:beef.cafe",
            "1:2:3:4:5:6:7::8:9",
            "a".repeat(46),
            "::" + "0".repeat(50));

    assertThat(texts).allMatch(text -> IpAddress.parse(text) == null);
  }

  @Provide
  Arbitrary<String> almost() {
    return Arbitraries.of(
            "::", ":", "0", "1", "ffff", "0db8", "a", "::ffff", "10.0.0.1", ".", "12345")
        .list()
        .ofMinSize(1)
        .ofMaxSize(11)
        .map(parts -> "0:" + String.join("", parts))
        .filter(text -> !text.matches(".*([0-9a-f]{5,}|[:.]0\\d+\\.|\\.0\\d).*"))
        .filter(text -> text.length() <= 45);
  }
}
