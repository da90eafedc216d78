// SPDX-License-Identifier: Apache-2.0
/** What governing a request costs: servers in processes of their own, measured from outside. */
@NullMarked
package dev.flyball.benchmarks.whole;

import org.jspecify.annotations.NullMarked;
