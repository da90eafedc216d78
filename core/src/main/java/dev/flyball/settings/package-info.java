// SPDX-License-Identifier: Apache-2.0
/**
 * Settings in layers: each key declared once, each value knows where it came from.
 *
 * <p>Lowest first: the default of the declaration, convention bundles ({@code
 * META-INF/flyball/conventions.properties} of any jar), {@code flyball.properties} on the class
 * path and beside the process, {@code flyball-<profile>.properties}, environment variables, system
 * properties, values given in code. {@link dev.flyball.settings.Settings} is the entry; every
 * problem is found before any is reported.
 */
@NullMarked
package dev.flyball.settings;

import org.jspecify.annotations.NullMarked;
