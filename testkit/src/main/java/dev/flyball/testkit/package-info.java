// SPDX-License-Identifier: Apache-2.0
/**
 * Governed services in tests: a governor without surroundings, a clock that moves when told to,
 * assertions over records, and the contract that every adapter passes.
 */
@NullMarked
package dev.flyball.testkit;

import org.jspecify.annotations.NullMarked;
