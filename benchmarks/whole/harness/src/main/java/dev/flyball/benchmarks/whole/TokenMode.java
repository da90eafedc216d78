// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

/** Whether a server has seen the token of a request before. */
enum TokenMode {
  /** One token in all requests. */
  KNOWN,
  /** All tokens in turn: when one comes again, a cache that is smaller has forgotten it. */
  NEW
}
