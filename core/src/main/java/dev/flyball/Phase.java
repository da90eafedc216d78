// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

/**
 * The order in which stages run: each stage belongs to one phase, phases run one after the other.
 */
public enum Phase {
  /** Trace context and span; service-wide, before any routing. */
  TRACE,
  /** Size limits, throttling, shedding; service-wide before routing, or bound to an endpoint. */
  PROTECT,
  /** Who is calling. */
  AUTHENTICATE,
  /** May they. */
  AUTHORIZE,
  /** Is the feature on for them. */
  FLAG,
  /** Quotas, bulkheads, the audit entry: the last word before the handler. */
  ADMIT
}
