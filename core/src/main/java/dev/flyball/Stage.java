// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import org.jspecify.annotations.Nullable;

/**
 * One job of governance, in two halves: before the handler and after it.
 *
 * <p>Modules implement it. {@link #onStart} is called at most once per call; wherever it was
 * called, {@link #onEnd} is called exactly once, in reverse order of the starts, also when a later
 * stage refuses, the handler throws, the client goes away or the host is asynchronous. The two may
 * run on different threads, never at the same time. A stage is bound once and shared by all calls:
 * what it keeps per call it keeps in an {@link Attribute}.
 */
public interface Stage {

  /** What the engine does with a call whose stage has thrown, or has not decided in time. */
  enum OnFailure {
    /** The call is refused. */
    REFUSE,
    /** The failure is recorded and the call goes on. */
    SKIP
  }

  /**
   * The name of the stage, which is also the name of its rule unless a refusal names another.
   *
   * @return kebab-case, for example {@code requires-scope}
   */
  String id();

  /**
   * The phase in which it runs.
   *
   * @return service-wide stages: TRACE or PROTECT; bound ones: PROTECT to ADMIT
   */
  Phase phase();

  /**
   * The place inside the phase; equal ones run in the order of their ids.
   *
   * @return lower first
   */
  default int order() {
    return 0;
  }

  /**
   * What happens to a call when the stage fails. AUTHENTICATE and AUTHORIZE cannot say SKIP.
   *
   * @return SKIP for TRACE, else REFUSE
   */
  default OnFailure onFailure() {
    return phase() == Phase.TRACE ? OnFailure.SKIP : OnFailure.REFUSE;
  }

  /**
   * Whether calls may go through without what the stage asks for, as {@code @Public} and
   * {@code @PermitAll} do; such stages are listed as findings.
   *
   * @return true for a stage that lets everybody through
   */
  default boolean permitsAll() {
    return false;
  }

  /**
   * What the verdict of this stage says of calls that it lets go on. Asked once, when the stage is
   * bound.
   *
   * @return null, as is usual, where that it let them go on says it all
   */
  default @Nullable Explanation explanation() {
    return null;
  }

  /**
   * Decides about a call.
   *
   * @param call the running call
   * @return go on, no, or not yet; never null
   */
  Decision onStart(Call call);

  /**
   * Sees a call out. Whatever it throws is counted and changes nothing.
   *
   * @param call the call, still open to attributes
   * @param outcome how it ended
   */
  default void onEnd(Call call, Outcome outcome) {}
}
