// SPDX-License-Identifier: Apache-2.0
/** One strict JSON writer for everything that Flyball prints: problems, log lines, admin pages. */
@NullMarked
package dev.flyball.json;

import org.jspecify.annotations.NullMarked;
