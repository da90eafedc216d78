// SPDX-License-Identifier: Apache-2.0
/** What API keys are made of: their text, what is kept of a secret, and a file that is shared. */
@NullMarked
package dev.flyball.auth.internal.apikey;

import org.jspecify.annotations.NullMarked;
