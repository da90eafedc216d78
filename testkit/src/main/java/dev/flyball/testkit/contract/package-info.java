// SPDX-License-Identifier: Apache-2.0
/**
 * The contract that every adapter passes, over its real transport: thirty cases of what requests,
 * hosts and clients do. Extend {@link dev.flyball.testkit.contract.AdapterContract} in the tests of
 * an adapter.
 */
@NullMarked
package dev.flyball.testkit.contract;

import org.jspecify.annotations.NullMarked;
