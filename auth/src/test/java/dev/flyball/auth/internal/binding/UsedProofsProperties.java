// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The count of used proofs against a plain list of them. */
class UsedProofsProperties {

  private static final int LONGEST = 20;

  @Property(tries = 300)
  void count_isThatOfAPlainList(
      @ForAll @IntRange(min = 1, max = 12) int limit,
      @ForAll @Size(max = 80) List<@IntRange(max = 25) Integer> steps) {
    UsedProofs proofs = new UsedProofs(limit, LONGEST);
    List<Long> plain = new ArrayList<>();
    long now = 1_700_000_000L;
    for (int i = 0; i < steps.size(); i++) {
      int step = steps.get(i);
      if (i % 4 == 0) {
        now += step;
      }
      long moment = now;
      plain.removeIf(end -> end <= moment);
      long end = now + 1 + step % LONGEST;
      boolean room = plain.size() < limit;
      assertThat(proofs.add(now, end)).isEqualTo(room);
      if (room && i % 5 == 0) {
        proofs.remove(end);
      } else if (room) {
        plain.add(end);
      }
    }
  }
}
