// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

/**
 * What a service under attack may be able to do beyond bearer tokens. Rows of the suite that attack
 * a capability run only where it is there; others are named in the table as not there.
 */
public enum Capability {
  /** HS256 with a shared secret. */
  SHARED_SECRETS,
  /** Introspection of tokens (RFC 7662). */
  INTROSPECTION,
  /** API keys. */
  API_KEYS,
  /** Proof of possession by DPoP (RFC 9449). */
  DPOP,
  /**
   * Tokens that are bound to client certificates (RFC 8705), told by a declared proxy (RFC 9440).
   */
  CERTIFICATES,
  /** Tokens that are taken back before they expire, through {@link HostileHost#revoke}. */
  REVOCATION,
  /** Peers with many bad credentials are made to wait. */
  THROTTLING,
  /** Decisions by a server of the AuthZEN API, on {@link HostileTarget#decidingRemotely}. */
  AUTHZEN,
  /** Calls of other services on behalf of the caller, through {@link HostileHost#relay}. */
  OUTGOING
}
