// SPDX-License-Identifier: Apache-2.0
/** The engine of the flags: reading, checking, compiling, bucketing. Not for other modules. */
@NullMarked
package dev.flyball.flags.internal;

import org.jspecify.annotations.NullMarked;
