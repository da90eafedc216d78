// SPDX-License-Identifier: Apache-2.0
/**
 * What governing a call costs, beside what the same jobs cost with plain libraries: benchmarks, the
 * goals that are set for them, and the table of both.
 */
@NullMarked
package dev.flyball.benchmarks;

import org.jspecify.annotations.NullMarked;
