// SPDX-License-Identifier: Apache-2.0
/**
 * Tokens that are worth nothing without proof of a key: DPoP (RFC 9449), mutual TLS (RFC 8705) also
 * behind a proxy (RFC 9440).
 */
@NullMarked
package dev.flyball.auth.internal.binding;

import org.jspecify.annotations.NullMarked;
