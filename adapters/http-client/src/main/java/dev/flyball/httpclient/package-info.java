// SPDX-License-Identifier: Apache-2.0
/**
 * Governed calls to other services: a {@code java.net.http.HttpClient} around another. Start at
 * {@link dev.flyball.httpclient.GovernedHttpClient}.
 */
@NullMarked
package dev.flyball.httpclient;

import org.jspecify.annotations.NullMarked;
