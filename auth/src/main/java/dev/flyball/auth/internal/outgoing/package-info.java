// SPDX-License-Identifier: Apache-2.0
/** Credentials for calls that go out. */
@NullMarked
package dev.flyball.auth.internal.outgoing;

import org.jspecify.annotations.NullMarked;
