// SPDX-License-Identifier: Apache-2.0
/** Questions to other servers: bounded in size and time. */
@NullMarked
package dev.flyball.auth.internal.http;

import org.jspecify.annotations.NullMarked;
