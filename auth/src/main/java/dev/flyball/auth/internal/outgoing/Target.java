// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.outgoing;

import dev.flyball.auth.internal.outgoing.OutgoingSettings.Mode;
import org.jspecify.annotations.Nullable;

/**
 * Some hosts and whose token they get.
 *
 * @param name what the user calls it
 * @param audience what the hosts are called; not null for tokens of callers
 * @param client where tokens come from; null where those of callers are relayed
 */
record Target(String name, Mode mode, @Nullable String audience, @Nullable TokenClient client) {}
