// SPDX-License-Identifier: Apache-2.0
/** The same small service on Jetty. */
@NullMarked
package dev.flyball.benchmarks.whole.jetty;

import org.jspecify.annotations.NullMarked;
