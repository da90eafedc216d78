// SPDX-License-Identifier: Apache-2.0
/** Where the keys of issuers come from, and how they are kept fresh. */
@NullMarked
package dev.flyball.auth.internal.keys;

import org.jspecify.annotations.NullMarked;
