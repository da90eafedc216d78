// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.binding;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of what counts as one address and what does not (row 53). */
class HttpUriTest {

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    // scheme and host in any case
    "HTTPS://Orders.Example/a, https://orders.example/a",
    "https://[2001:DB8::1]/a, https://[2001:db8::1]/a",
    // default ports, empty ports, ports with zeros in front
    "https://orders.example:443/a, https://orders.example/a",
    "http://orders.example:80/a, http://orders.example/a",
    "https://orders.example:/a, https://orders.example/a",
    "https://orders.example:00443/a, https://orders.example/a",
    "https://[2001:db8::1]:443/a, https://[2001:db8::1]/a",
    "https://orders.example:08443/a, https://orders.example:8443/a",
    // an empty path
    "https://orders.example, https://orders.example/",
    "https://orders.example:443, https://orders.example/",
    // percent-encoding in any case, and of what needs none
    "https://orders.example/%2f, https://orders.example/%2F",
    "https://orders.example/%e2%82%ac, https://orders.example/%E2%82%AC",
    "https://orders.example/%7Eada, https://orders.example/~ada",
    "https://orders.example/%61%2D%5f%2E%39, https://orders.example/a-_.9",
    // dots that are no segments
    "https://orders.example/..a/.b/c.., https://orders.example/..a/.b/c..",
    "https://orders.example/..., https://orders.example/...",
  })
  void addresses_thatAreOne_haveOneForm(String one, String other) {
    assertThat(HttpUri.canonical(one)).isNotNull().isEqualTo(HttpUri.canonical(other));
  }

  @ParameterizedTest(name = "{0} is not {1}")
  @CsvSource({
    "https://orders.example/a, http://orders.example/a",
    "https://orders.example/a, https://orders.example:8443/a",
    "https://orders.example:80/a, https://orders.example/a",
    "https://orders.example/a, https://orders.example./a",
    "https://orders.example/a, https://other.example/a",
    "https://orders.example/a, https://orders.example/a/",
    "https://orders.example/a, https://orders.example/A",
    "https://orders.example/a, https://orders.example//a",
    "https://orders.example/a, https://orders.example/a;v=1",
    "https://orders.example/a/b, https://orders.example/a%2Fb",
    "https://orders.example/a, https://orders.example/%2561",
    "https://orders.example/a+b, https://orders.example/a%20b",
    "https://orders.example/a, https://orders.example/",
  })
  void addresses_thatAreTwo_haveTwoForms(String one, String other) {
    assertThat(HttpUri.canonical(one)).isNotNull();
    assertThat(HttpUri.canonical(other)).isNotNull().isNotEqualTo(HttpUri.canonical(one));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "orders.example/a",
        "/a",
        "//orders.example/a",
        "ftp://orders.example/a",
        "https:/orders.example/a",
        "https:///a",
        "https://:443/a",
        "https://ada@orders.example/a",
        "https://orders.example:65536/a",
        "https://orders.example:4x3/a",
        "https://orders.example:99999999999999/a",
        "https://orders_example\\a/a",
        "https://orders.example/a?b=c",
        "https://orders.example/a?",
        "https://orders.example?b",
        "https://orders.example/a#b",
        "https://orders.example/a b",
        "https://orders.example/a\u00e4",
        "https://orders.example/a\\b",
        "https://orders.example/a\r\nb",
        "https://orders.example/%",
        "https://orders.example/%4",
        "https://orders.example/%zz",
        "https://orders.example/%\uFF11\uFF11",
        "https://orders.example/.",
        "https://orders.example/a/../b",
        "https://orders.example/a/./b",
        "https://orders.example/a/..",
        "https://orders.example/%2e%2e/b",
        "https://orders.example/.%2E/b",
        "https://orders.ex\u00e4mple/a"
      })
  void address_withTwoReadings_hasNoForm(String uri) {
    assertThat(HttpUri.canonical(uri)).isNull();
  }

  @ParameterizedTest(name = "{0} {1} {2} is {3}")
  @CsvSource({
    "https, Orders.Example:443, /a, https://orders.example/a",
    "http, localhost:8081, /a%2fb, http://localhost:8081/a%2Fb",
    "https, orders.example, '', https://orders.example/"
  })
  void request_hasTheFormOfItsParts(String scheme, String authority, String path, String form) {
    assertThat(HttpUri.canonical(scheme, authority, path)).isEqualTo(form);
  }

  @ParameterizedTest
  @CsvSource({
    "https,, /a",
    "https, orders.example, *",
    "https, orders.example, a",
    "'', orders.example, /a",
    "https, 'a,b', /a"
  })
  void request_withoutAnAddress_hasNoForm(String scheme, String authority, String path) {
    assertThat(HttpUri.canonical(scheme, authority, path)).isNull();
  }
}
