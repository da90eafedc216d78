// SPDX-License-Identifier: Apache-2.0
/** What tokens mean that only their issuer can read (RFC 7662). */
@NullMarked
package dev.flyball.auth.internal.introspection;

import org.jspecify.annotations.NullMarked;
