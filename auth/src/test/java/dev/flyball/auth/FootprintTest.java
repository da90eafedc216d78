// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FootprintTest {

  @Test
  void everythingThatATokenSays_counts() {
    long least = Footprint.of("Bearer x", principal(Map.of(), Set.of()));
    assertThat(least).isGreaterThan(500);
    assertThat(Footprint.of("Bearer xx", principal(Map.of(), Set.of()))).isEqualTo(least + 1);
    for (Map<String, Object> claims :
        List.<Map<String, Object>>of(
            Map.of("a", "x".repeat(100)),
            Map.of("a".repeat(100), "x"),
            Map.of("a", List.of("x".repeat(100))),
            Map.of("a", Map.of("b", "x".repeat(100))),
            Map.of("a", Map.of("x".repeat(100), true)))) {
      assertThat(Footprint.of("Bearer x", principal(claims, Set.of()))).isGreaterThan(least + 200);
    }
    assertThat(Footprint.of("Bearer x", principal(Map.of(), Set.of("x".repeat(100)))))
        .isGreaterThan(least + 200);
  }

  /** Counted high, so that the bound of the cache holds: here against what the JVM says. */
  @Test
  void footprint_isNotBelowWhatTheHeapSays() {
    List<Object> kept = new ArrayList<>();
    long counted = 0;
    long before = used();
    for (int i = 0; i < 20_000; i++) {
      String header = "Bearer " + "x".repeat(300) + i;
      Principal principal =
          principal(
              Map.of(
                  "sub",
                  "user-" + i,
                  "n",
                  (Object) (long) (i + 1_000),
                  "roles",
                  List.of("role-" + i, "other-" + i),
                  "nested",
                  Map.of("name-" + i, "value-" + i)),
              Set.of("scope-" + i));
      counted += Footprint.of(header, principal);
      kept.add(header);
      kept.add(principal);
    }
    long used = used() - before;
    assertThat(kept).hasSize(40_000);
    assertThat(counted).isGreaterThan(used).isLessThan(4 * used);
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  private static Principal principal(Map<String, Object> claims, Set<String> scopes) {
    return Principal.builder("alice", "issuer").claims(claims).scopes(scopes).build();
  }
}
