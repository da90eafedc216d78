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
    assertThat(cache.findStale("Bearer x")).as("for those who verify it again").isNotNull();
    assertThat(cache.findStale("Bearer y")).isNull();
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

  @Test
  void bytes_areBoundedWhateverComes() {
    TokenCache cache = new TokenCache(1024, 20_000, 300);
    for (int i = 0; i < 5_000; i++) {
      cache.keep("Bearer " + i, token("user-" + i), NOW);
      assertThat(cache.bytes()).isBetween(1L, 20_000L);
    }
    assertThat(cache.size()).isBetween(5, 40);
  }

  @Test
  void tokenThatAloneIsTooLarge_isNotKept() {
    TokenCache cache = new TokenCache(1024, 3_000, 300);
    cache.keep("Bearer " + "x".repeat(3_000), token("alice"), NOW);
    assertThat(cache.size()).isZero();
    assertThat(cache.bytes()).isZero();
    cache.keep("Bearer x", token("alice"), NOW);
    assertThat(cache.size()).isEqualTo(1);
  }

  @Test
  void bytes_areGivenBack() {
    TokenCache cache = new TokenCache(1024, MUCH, 300);
    cache.keep("Bearer x", token("alice"), NOW);
    long one = cache.bytes();
    cache.keep("Bearer x", token("alice"), NOW + 1);
    assertThat(cache.bytes()).as("in the place of itself").isEqualTo(one);
    cache.keep("Bearer y", token("alice"), NOW);
    assertThat(cache.bytes()).isEqualTo(2 * one);
    cache.forget("Bearer x");
    cache.forget("Bearer x");
    cache.forget("Bearer y");
    assertThat(cache.bytes()).isZero();
  }

  @Test
  void token_mayBeKeptForLessThanAll_neverForMore() {
    TokenCache cache = new TokenCache(16, MUCH, 300);
    cache.keep("Bearer x", token("alice"), NOW, 60);
    assertThat(cache.find("Bearer x", NOW + 59)).isNotNull();
    assertThat(cache.find("Bearer x", NOW + 60)).isNull();
    cache.keep("Bearer x", token("alice"), NOW, 6_000);
    assertThat(cache.find("Bearer x", NOW + 300)).isNull();
    cache.keep("Bearer y", token("alice"), NOW, 0);
    cache.keep("Bearer z", token("alice"), NOW, -1);
    assertThat(cache.size()).isEqualTo(1);
  }

  @Test
  void bytes_stayRightWithManyThreads() throws Exception {
    TokenCache cache = new TokenCache(64, 30_000, 300);
    Thread[] threads = new Thread[4];
    for (int t = 0; t < threads.length; t++) {
      int base = t * 1_000;
      threads[t] =
          new Thread(() -> {
            for (int i = 0; i < 2_000; i++) {
              cache.keep("Bearer " + (base + i), token("u"), NOW);
              cache.forget("Bearer " + (base + i - 3));
            }
          });
      threads[t].start();
    }
    for (Thread each : threads) {
      each.join();
    }
    for (int i = 0; i < 6_000; i++) {
      cache.forget("Bearer " + i);
    }
    assertThat(cache.size()).isZero();
    assertThat(cache.bytes()).isZero();
  }
}
