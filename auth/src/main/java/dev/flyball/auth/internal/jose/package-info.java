// SPDX-License-Identifier: Apache-2.0
/** What tokens and keys are made of, read strictly (RFC 7515, 7517, 7518, 7519, 8037, 8725). */
@NullMarked
package dev.flyball.auth.internal.jose;

import org.jspecify.annotations.NullMarked;
