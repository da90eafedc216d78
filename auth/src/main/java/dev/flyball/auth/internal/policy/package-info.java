// SPDX-License-Identifier: Apache-2.0
/** How policies are asked: counted, explained, limited in time, with a candidate beside. */
@NullMarked
package dev.flyball.auth.internal.policy;

import org.jspecify.annotations.NullMarked;
