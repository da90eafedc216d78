// SPDX-License-Identifier: Apache-2.0
/** Tokens that are taken back before their time, for all instances. */
@NullMarked
package dev.flyball.auth.internal.revocation;

import org.jspecify.annotations.NullMarked;
