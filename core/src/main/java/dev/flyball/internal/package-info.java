// SPDX-License-Identifier: Apache-2.0
/** The engine. Nothing outside core imports this package; it may change in any release. */
@NullMarked
package dev.flyball.internal;

import org.jspecify.annotations.NullMarked;
