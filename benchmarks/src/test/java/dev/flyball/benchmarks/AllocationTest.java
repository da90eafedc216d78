// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.flyball.CallRecord;
import dev.flyball.Outcome;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** How many bytes a call allocates: counted, so that it does not depend on the machine. */
class AllocationTest {

  private static final int ROUNDS = 12;
  private static final int CALLS = 5_000;

  /** What the call, its context and its record may take. */
  private static final long LIMIT = 1_100;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Tokens tokens = Tokens.of("RS256", 2);
  private final byte[] header = tokens.nextHeader();

  @Test
  void callWithKnownToken_takesLittleBeyondItsRequest_andNothingForItsLine() {
    try (GovernedService service = GovernedService.trusting(tokens, null, 64)) {
      CallRecord answered = service.order(request());
      assertThat(answered.outcome().kind()).isEqualTo(Outcome.Kind.OK);
      assertThat(answered.evaluations()).hasSize(1);

      long call = bytes(() -> service.order(request()));

      assertThat(DiscardedLog.lastLine()).as("its line").isGreaterThan(1_000);
      assertThat(call - bytes(this::request)).isBetween(1L, LIMIT);
    }
  }

  @Test
  void callOpenToAll_ofAServiceThatIsSwitchedOff_allocatesNothing() {
    try (GovernedService service = GovernedService.switchedOff()) {
      Request request = Request.without("/ping");

      assertThat(bytes(() -> service.ping(request))).isZero();
    }
  }

  private Request request() {
    return Request.with("/orders/1000", header);
  }

  /** The fewest bytes per run of all rounds: the first ones run before all is compiled. */
  private long bytes(Runnable action) {
    long fewest = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS; i++) {
        action.run();
      }
      fewest = Math.min(fewest, (threads.getCurrentThreadAllocatedBytes() - before) / CALLS);
    }
    return fewest;
  }
}
