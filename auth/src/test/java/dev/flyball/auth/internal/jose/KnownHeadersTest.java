// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class KnownHeadersTest {

  private final KnownHeaders headers = new KnownHeaders();

  @Test
  void keptHeader_isFoundByItsExactText() throws Exception {
    byte[] segment = segment("a");
    TokenHeader header = read(segment);
    headers.keep(header);
    assertThat(find(segment)).isSameAs(header);
    assertThat(headers.find(segment, 0, segment.length - 1)).isNull();
    assertThat(headers.find(segment, 1, segment.length)).isNull();
    assertThat(find(segment("b"))).isNull();
  }

  @Test
  void headerThatWasOnlyRead_isNotKept() throws Exception {
    CompactToken.parse(new String(segment("a"), StandardCharsets.US_ASCII) + ".e30.AA", 0, headers);
    assertThat(find(segment("a"))).isNull();
  }

  @Test
  void manyHeaders_pushOutTheOldest() throws Exception {
    for (int i = 0; i < 9; i++) {
      headers.keep(read(segment("key-" + i)));
    }
    assertThat(find(segment("key-0"))).isNull();
    for (int i = 1; i < 9; i++) {
      assertThat(find(segment("key-" + i))).as("key-%d", i).isNotNull();
    }
  }

  @Test
  void headerThatIsKnown_pushesOutNone() throws Exception {
    for (int i = 0; i < 8; i++) {
      headers.keep(read(segment("key-" + i)));
    }
    TokenHeader again = find(segment("key-7"));
    assertThat(again).isNotNull();
    headers.keep(again);
    assertThat(find(segment("key-0"))).isNotNull();
  }

  @Test
  void longHeader_isNotKept() throws Exception {
    String json = "{\"alg\":\"RS256\",\"x\":\"%s\"}".formatted("x".repeat(500));
    byte[] segment = encode(json);
    headers.keep(read(segment));
    assertThat(find(segment)).isNull();
  }

  private TokenHeader find(byte[] segment) {
    return headers.find(segment, 0, segment.length);
  }

  private static TokenHeader read(byte[] segment) throws TokenRejected {
    return TokenHeader.read(segment, 0, segment.length);
  }

  private static byte[] segment(String keyId) {
    return encode("{\"alg\":\"RS256\",\"kid\":\"%s\"}".formatted(keyId));
  }

  private static byte[] encode(String json) {
    return Base64.getUrlEncoder().withoutPadding().encode(json.getBytes(StandardCharsets.US_ASCII));
  }
}
