// SPDX-License-Identifier: Apache-2.0
/**
 * JSON without a library: one strict writer for everything that Flyball prints (problems, log
 * lines, admin pages), and one strict scanner for what it is given (tokens, key sets, flags).
 */
@NullMarked
package dev.flyball.json;

import org.jspecify.annotations.NullMarked;
