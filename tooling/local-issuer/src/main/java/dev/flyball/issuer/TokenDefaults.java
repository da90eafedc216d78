// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** What a token is where nobody says otherwise. */
record TokenDefaults(
    String issuer,
    List<String> audience,
    Duration lifetime,
    Algorithm algorithm,
    InstantSource clock,
    KeySet keys,
    ReferenceTokens references) {}
