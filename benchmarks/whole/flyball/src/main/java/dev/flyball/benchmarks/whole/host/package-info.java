// SPDX-License-Identifier: Apache-2.0
/** The same small service on the HTTP server of the JDK: bare, governed, and switched off. */
@NullMarked
package dev.flyball.benchmarks.whole.host;

import org.jspecify.annotations.NullMarked;
