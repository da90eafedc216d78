// SPDX-License-Identifier: Apache-2.0
/**
 * Who is calling, and may they.
 *
 * <p>Bearer tokens in the form of JWT (RFC 6750, 7515, 7519, 9068) pass a strict gate (RFC 8725),
 * are checked against the keys of their own issuer, and become the principal of the call; scopes,
 * roles and policies decide. Everything is set by properties: {@code flyball.auth.*}. What cannot
 * be decided is refused.
 */
@NullMarked
package dev.flyball.auth;

import org.jspecify.annotations.NullMarked;
