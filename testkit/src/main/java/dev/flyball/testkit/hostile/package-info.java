// SPDX-License-Identifier: Apache-2.0
/**
 * The hostile suite: what attackers send to protected endpoints, over real sockets, and what they
 * must get. Extend {@link dev.flyball.testkit.hostile.HostileSuite} in the tests of an adapter or
 * of a service.
 *
 * <p>It knows a service only from outside: its properties and files, its HTTP, and the issuers that
 * it trusts, which are scripted.
 */
@NullMarked
package dev.flyball.testkit.hostile;

import org.jspecify.annotations.NullMarked;
