// SPDX-License-Identifier: Apache-2.0
/**
 * A small OAuth 2 issuer on loopback, for tests and examples.
 *
 * <p>{@link dev.flyball.issuer.LocalIssuer} serves a token endpoint, its metadata and its keys over
 * real HTTP, so that what is tested is the real flow. {@link dev.flyball.issuer.TokenBuilder} makes
 * any token without a request, {@link dev.flyball.issuer.Forgery} those that must be refused, and
 * {@link dev.flyball.issuer.Fault} scripts how the endpoints fail.
 */
@NullMarked
package dev.flyball.issuer;

import org.jspecify.annotations.NullMarked;
