// SPDX-License-Identifier: Apache-2.0
/** Decisions of another server: the Authorization API 1.0 of AuthZEN. */
@NullMarked
package dev.flyball.auth.internal.authzen;

import org.jspecify.annotations.NullMarked;
