// SPDX-License-Identifier: Apache-2.0
/**
 * What is on for whom: flags in flagd's JSON format, compiled, and reloaded while the service runs.
 *
 * <p>A service asks the governor for its {@link dev.flyball.flags.Flags} and keeps a typed {@link
 * dev.flyball.flags.Flag} for each key. In a call the principal is the unit that flags are rolled
 * out by, the set of flags is the same from the first question to the end of the request, and what
 * was answered is in the record. {@code @FeatureGate} hides an endpoint from callers for whom a
 * flag is not on.
 */
@NullMarked
package dev.flyball.flags;

import org.jspecify.annotations.NullMarked;
