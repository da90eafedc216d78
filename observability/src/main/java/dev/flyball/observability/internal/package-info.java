// SPDX-License-Identifier: Apache-2.0
/** Tracing, metrics and probes: what nobody else imports. */
@NullMarked
package dev.flyball.observability.internal;

import org.jspecify.annotations.NullMarked;
