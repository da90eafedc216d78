// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.settings.StartupException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {

  private static final String PROXY = "10.0.0.1";
  private TestApp app;

  @AfterEach
  void close() {
    if (app != null) {
      app.close();
    }
  }

  private TestApp trusting(String blocks) {
    return trusting(blocks, "x-forwarded");
  }

  private TestApp trusting(String blocks, String headers) {
    app =
        TestApp.with(builder ->
                builder
                    .property("flyball.proxies.trusted", blocks)
                    .property("flyball.proxies.headers", headers))
            .start();
    return app;
  }

  private Call call(TestCarrier carrier) {
    Call call = app.governor.begin(carrier);
    call.end(Outcome.http(404));
    return call;
  }

  private String client(String peer, String header, String value) {
    return call(TestCarrier.get("/").peer(peer).header(header, value)).clientAddress();
  }

  @Test
  void noProxyDeclared_meansThePeerIsTheClient() {
    app = TestApp.of().start();
    Call call =
        call(
            TestCarrier.get("/")
                .peer(PROXY)
                .header("X-Forwarded-For", "203.0.113.7")
                .header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-Host", "evil.example")
                .header("Forwarded", "for=203.0.113.8;proto=https")
                .header("Host", "shop.example"));

    assertThat(call.clientAddress()).isEqualTo(PROXY);
    assertThat(call.scheme()).isEqualTo("http");
    assertThat(call.authority()).isEqualTo("shop.example");
  }

  @Test
  void headersOfAStranger_areIgnored() {
    trusting("10.0.0.0/8");

    assertThat(client("192.0.2.9", "X-Forwarded-For", "10.0.0.5")).isEqualTo("192.0.2.9");
  }

  @Test
  void trustedPeer_isBelievedInEverything() {
    trusting("10.0.0.0/8");
    Call call =
        call(
            TestCarrier.get("/")
                .peer(PROXY)
                .header("X-Forwarded-For", "203.0.113.7")
                .header("X-Forwarded-Proto", "HTTPS")
                .header("X-Forwarded-Host", "shop.example:8443")
                .header("Host", "internal"));

    assertThat(call.clientAddress()).isEqualTo("203.0.113.7");
    assertThat(call.scheme()).isEqualTo("https");
    assertThat(call.authority()).isEqualTo("shop.example:8443");
  }

  @Test
  void record_hasWhatTheCallHad() {
    trusting("10.0.0.0/8");
    client(PROXY, "X-Forwarded-For", "203.0.113.7");

    assertThat(app.records.get(0).clientAddress()).isEqualTo("203.0.113.7");
  }

  @Test
  void nearestStranger_isTheClientWhateverItSaysItself() {
    trusting("10.0.0.0/8");

    assertThat(client(PROXY, "X-Forwarded-For", "127.0.0.1, 8.8.8.8, 203.0.113.7, 10.1.1.1"))
        .isEqualTo("203.0.113.7");
  }

  @Test
  void headerOnSeveralLines_isOneList() {
    trusting("10.0.0.0/8");
    TestCarrier carrier =
        TestCarrier.get("/")
            .peer(PROXY)
            .header("X-Forwarded-For", "1.1.1.1")
            .header("x-forwarded-for", "203.0.113.7, 10.2.2.2");

    assertThat(call(carrier).clientAddress()).isEqualTo("203.0.113.7");
  }

  @Test
  void chainOfTrustedProxiesOnly_endsAtItsFarthest() {
    trusting("10.0.0.0/8, 172.16.0.0/12");

    assertThat(client(PROXY, "X-Forwarded-For", "172.16.3.4, 10.1.1.1")).isEqualTo("172.16.3.4");
  }

  @Test
  void oneSchemeForManyHops_isThatOfTheNearestProxy() {
    trusting("10.0.0.0/8");
    Call call =
        call(
            TestCarrier.get("/")
                .peer(PROXY)
                .header("X-Forwarded-For", "1.1.1.1, 203.0.113.7, 10.1.1.1")
                .header("X-Forwarded-Proto", "https, http"));

    assertThat(call.scheme()).isEqualTo("http");
  }

  @Test
  void schemeOfEachHop_isTakenInItsPlace() {
    trusting("10.0.0.0/8");
    Call call =
        call(
            TestCarrier.get("/")
                .peer(PROXY)
                .header("X-Forwarded-For", "spoofed, 203.0.113.7, 10.1.1.1")
                .header("X-Forwarded-Proto", "http, https, http"));

    assertThat(call.clientAddress()).isEqualTo("203.0.113.7");
    assertThat(call.scheme()).isEqualTo("https");
  }

  @Test
  void schemeWithoutAnyAddress_isBelieved() {
    trusting("10.0.0.0/8");
    Call call = call(TestCarrier.get("/").peer(PROXY).header("X-Forwarded-Proto", "https"));

    assertThat(call.clientAddress()).isEqualTo(PROXY);
    assertThat(call.scheme()).isEqualTo("https");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp", "javascript", "https\u0000", "", " ", "https;x", "http://", "HTTPſ"})
  void schemeThatIsNone_isIgnored(String scheme) {
    trusting("10.0.0.0/8");
    Call call =
        call(
            TestCarrier.get("/")
                .peer(PROXY)
                .header("X-Forwarded-For", "203.0.113.7")
                .header("X-Forwarded-Proto", scheme));

    assertThat(call.scheme()).isEqualTo("http");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a b", "a/b", "a@b", "<x>", "a\r\nb", "a\u0000", "\"a\"", "größe", "a?b", "a#b"})
  void authorityThatIsNone_isIgnored(String authority) {
    trusting("10.0.0.0/8");
    Call call =
        call(
            TestCarrier.get("/")
                .peer(PROXY)
                .header("Host", "internal")
                .header("X-Forwarded-For", "203.0.113.7")
                .header("X-Forwarded-Host", authority));

    assertThat(call.authority()).isEqualTo("internal");
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.7:4711,203.0.113.7",
    "[2001:db8::7]:4711,2001:db8::7",
    "[2001:db8::7],2001:db8::7",
    "2001:db8::7,2001:db8::7",
    "::ffff:203.0.113.7,::ffff:203.0.113.7",
  })
  void addressWithPortOrBrackets_isTheAddress(String written, String client) {
    trusting("10.0.0.0/8");

    assertThat(client(PROXY, "X-Forwarded-For", written)).isEqualTo(client);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown",
        "_hidden",
        "evil.example",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "010.1.1.1",
        "0x7f.1",
        "2130706433",
        "::g",
        "1::2::3",
        "[::1",
        ".:",
        ".dead:beef",
        "1.1.1.1 OR 1=1",
        "<script>",
        "١.١.١.١",
        "fe80::1%eth0",
        "-",
        "203.0.113.7\u0000"
      })
  void hopThatIsNoAddress_endsTheChainAtTheLastProxy(String garbage) {
    trusting("10.0.0.0/8");

    assertThat(client(PROXY, "X-Forwarded-For", garbage)).isEqualTo(PROXY);
    assertThat(client(PROXY, "X-Forwarded-For", "1.1.1.1, " + garbage + ", 10.1.1.1"))
        .isEqualTo("10.1.1.1");
  }

  @Test
  void schemeBesideAnAddressThatIsNone_isStillTheProxysWord() {
    trusting("10.0.0.0/8");
    Call call =
        call(
            TestCarrier.get("/")
                .peer(PROXY)
                .header("X-Forwarded-For", "unknown")
                .header("X-Forwarded-Proto", "https"));

    assertThat(call.clientAddress()).isEqualTo(PROXY);
    assertThat(call.scheme()).isEqualTo("https");
  }

  @Test
  void clientBehindThousandsOfHops_isStillFound() {
    trusting("10.0.0.0/8");
    String spoofed =
        IntStream.range(0, 5_000).mapToObj(i -> "1.1.1.1").collect(Collectors.joining(","));

    assertThat(client(PROXY, "X-Forwarded-For", spoofed + ", 203.0.113.7, 10.1.1.1"))
        .isEqualTo("203.0.113.7");
    assertThat(client(PROXY, "X-Forwarded-For", ",".repeat(5_000) + "203.0.113.7"))
        .isEqualTo("203.0.113.7");
  }

  @Test
  void blocksOfIpv6_coverAddressesOfIpv6() {
    trusting("2001:db8:1::/48, ::1");

    assertThat(client("2001:db8:1:ffff::1", "X-Forwarded-For", "203.0.113.7"))
        .isEqualTo("203.0.113.7");
    assertThat(client("0:0:0:0:0:0:0:1", "X-Forwarded-For", "203.0.113.7"))
        .isEqualTo("203.0.113.7");
    assertThat(client("2001:db8:2::1", "X-Forwarded-For", "203.0.113.7"))
        .isEqualTo("2001:db8:2::1");
  }

  @Test
  void mappedAddress_isTheAddressOfIpv4() {
    trusting("10.0.0.0/8");

    assertThat(client("::ffff:10.0.0.1", "X-Forwarded-For", "203.0.113.7"))
        .isEqualTo("203.0.113.7");
  }

  @Test
  void peerWithAZone_isTheAddressWithoutIt() {
    trusting("fe80::/10");

    assertThat(client("fe80:0:0:0:0:0:0:1%eth0", "X-Forwarded-For", "203.0.113.7"))
        .isEqualTo("203.0.113.7");
  }

  @Test
  void edgesOfABlock_areInsideAndNextToItIsNot() {
    trusting("192.0.2.128/25");

    assertThat(client("192.0.2.128", "X-Forwarded-For", "203.0.113.7")).isEqualTo("203.0.113.7");
    assertThat(client("192.0.2.255", "X-Forwarded-For", "203.0.113.7")).isEqualTo("203.0.113.7");
    assertThat(client("192.0.2.127", "X-Forwarded-For", "203.0.113.7")).isEqualTo("192.0.2.127");
  }

  @Test
  void peerWithoutAnAddress_isTrustedByNoBlock() {
    trusting("0.0.0.0/0, ::/0");

    assertThat(client("", "X-Forwarded-For", "203.0.113.7")).isEmpty();
    assertThat(client("/tmp/socket", "X-Forwarded-For", "203.0.113.7")).isEqualTo("/tmp/socket");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "10.0.0.0/x",
        "proxy.example",
        "::/129",
        "10.0.0"
      })
  void blockThatIsNone_keepsTheServiceFromStarting(String block) {
    assertThatThrownBy(() -> trusting("127.0.0.1, " + block))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("flyball.proxies.trusted is 127.0.0.1, " + block)
        .hasMessageContaining("(expected: IP addresses or CIDR blocks with commas between them)");
  }

  @Test
  void forwardedHeader_isReadWhereItIsDeclared() {
    trusting("10.0.0.0/8", "forwarded");
    Call call =
        call(
            TestCarrier.get("/")
                .peer(PROXY)
                .header("Forwarded", "for=1.1.1.1;proto=http, FOR=\"[2001:db8::7]:4711\" ; ")
                .header("Forwarded", "Proto=https;for=10.1.1.1;host=\"shop.example:443\";by=_x")
                .header("X-Forwarded-For", "9.9.9.9")
                .header("Host", "internal"));

    assertThat(call.clientAddress()).isEqualTo("2001:db8::7");
    assertThat(call.scheme()).isEqualTo("https");
    assertThat(call.authority()).isEqualTo("shop.example:443");
  }

  @Test
  void forwardedHeader_isIgnoredWhereTheOtherKindIsDeclared() {
    trusting("10.0.0.0/8");

    assertThat(client(PROXY, "Forwarded", "for=203.0.113.7")).isEqualTo(PROXY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "for=\"x, for=203.0.113.7",
        "for=\"a;b\", for=203.0.113.7",
        ";;;, for=203.0.113.7",
        "=, for=203.0.113.7",
        "for, for=203.0.113.7",
        "\", for=203.0.113.7"
      })
  void brokenElementOfAStranger_doesNotHideIt(String value) {
    trusting("10.0.0.0/8", "forwarded");

    assertThat(client(PROXY, "Forwarded", value)).isEqualTo("203.0.113.7");
  }

  @Test
  void forwardedElementWithoutAnAddress_stillHasItsScheme() {
    trusting("10.0.0.0/8", "forwarded");
    Call call =
        call(TestCarrier.get("/").peer(PROXY).header("Forwarded", "proto=https;host=a.example"));

    assertThat(call.clientAddress()).isEqualTo(PROXY);
    assertThat(call.scheme()).isEqualTo("https");
    assertThat(call.authority()).isEqualTo("a.example");
  }
}
