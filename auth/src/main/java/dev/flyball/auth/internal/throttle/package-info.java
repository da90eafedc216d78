// SPDX-License-Identifier: Apache-2.0
/** Peers that present too many bad credentials. */
@NullMarked
package dev.flyball.auth.internal.throttle;

import org.jspecify.annotations.NullMarked;
