// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Principal;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenCacheTest {

  private static final long NOW = 1_000_000;
  private static final long MUCH = 1L << 30;

  /** Only its identity matters here. */
  private static VerifiedToken token(String subject) {
    return new VerifiedToken(
        null, null, Principal.builder(subject, "issuer").build(), null, List.of("a"), 0, NOW + 600);
  }

  @Test
  void keptToken_isFoundByItsWholeText() {
    TokenCache cache = new TokenCache(16, MUCH, 300);
    VerifiedToken token = token("alice");
    cache.keep("Bearer aaaaaaaaaaaa.tail-tail-tail", token, NOW);
    assertThat(cache.find("Bearer aaaaaaaaaaaa.tail-tail-tail", NOW)).isSameAs(token);
    assertThat(cache.find("Bearer baaaaaaaaaaa.tail-tail-tail", NOW)).isNull();
    assertThat(cache.find("bearer aaaaaaaaaaaa.tail-tail-tail", NOW)).isNull();
    assertThat(cache.find("Bearer aaaaaaaaaaaa.tail-tail-taiL", NOW)).isNull();
  }

  @Test
  void token_isForgottenAfterItsTimeAndWhenTheClockGoesBack() {
    TokenCache cache = new TokenCache(16, MUCH, 300);
    cache.keep("Bearer x", token("alice"), NOW);
    assertThat(cache.find("Bearer x", NOW + 299)).isNotNull();
    assertThat(cache.find("Bearer x", NOW + 300)).isNull();
    assertThat(cache.find("Bearer x", NOW - 1)).isNull();
  }

  @Test
  void forgottenToken_isGone() {
    TokenCache cache = new TokenCache(16, MUCH, 300);
    cache.keep("Bearer x", token("alice"), NOW);
    cache.keep("Bearer y", token("bob"), NOW);
    cache.forget("Bearer x");
    assertThat(cache.find("Bearer x", NOW)).isNull();
    assertThat(cache.find("Bearer y", NOW)).isNotNull();
  }

  @Test
  void flood_isBoundedAndKeepsTheNewest() {
    TokenCache cache = new TokenCache(64, MUCH, 300);
    for (int i = 0; i < 10_000; i++) {
      cache.keep("Bearer " + i, token("user-" + i), NOW + i / 100);
    }
    assertThat(cache.size()).isLessThanOrEqualTo(64);
    assertThat(cache.find("Bearer 9999", NOW + 99)).isNotNull();
  }

  @Test
  void sameTail_doesNotServeAnotherToken() {
    TokenCache cache = new TokenCache(2, MUCH, 300);
    for (int i = 0; i < 10; i++) {
      String header = "Bearer " + i + ".same-tail-of-all";
      cache.keep(header, token("user-" + i), NOW);
      VerifiedToken found = cache.find(header, NOW);
      assertThat(found).isNotNull();
      assertThat(found.principal().subject()).isEqualTo("user-" + i);
    }
  }

  @Test
  void cacheOfSizeZero_andTokensTooLong_keepNothing() {
    TokenCache none = new TokenCache(0, MUCH, 300);
    none.keep("Bearer x", token("alice"), NOW);
    none.forget("Bearer x");
    assertThat(none.find("Bearer x", NOW)).isNull();
    assertThat(none.size()).isZero();
    TokenCache cache = new TokenCache(16, MUCH, 300);
    String huge = "Bearer " + "x".repeat(5_000);
    cache.keep(huge, token("alice"), NOW);
    assertThat(cache.find(huge, NOW)).isNull();
  }

  @Test
  void size_isRoundedUpToAPowerOfTwo() {
    TokenCache cache = new TokenCache(100, MUCH, 300);
    for (int i = 0; i < 5_000; i++) {
      cache.keep("Bearer " + i, token("u"), NOW);
    }
    assertThat(cache.size()).isBetween(100, 128);
  }
}
