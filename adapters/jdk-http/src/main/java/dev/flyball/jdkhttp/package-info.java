// SPDX-License-Identifier: Apache-2.0
/**
 * Governed endpoints on the HTTP server of the JDK.
 *
 * <p>Methods with {@link dev.flyball.jdkhttp.Route} become endpoints; {@link
 * dev.flyball.jdkhttp.JdkHttpServer} serves them and, on a second port, the pages for probes and
 * scrapers. For services that need no container, for tests and for examples.
 */
@NullMarked
package dev.flyball.jdkhttp;

import org.jspecify.annotations.NullMarked;
