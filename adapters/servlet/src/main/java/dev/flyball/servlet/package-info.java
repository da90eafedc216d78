// SPDX-License-Identifier: Apache-2.0
/**
 * Governed servlets in any container of Jakarta Servlet 6.
 *
 * <p>On the class path of a web application, the container finds {@link
 * dev.flyball.servlet.FlyballInitializer} by itself: servlets that say who may call them become
 * endpoints, whatever else answers is recorded. Frameworks on top of servlets register {@link
 * dev.flyball.servlet.GovernedFilter} themselves and enter their endpoints through {@link
 * dev.flyball.servlet.ServletCall}.
 */
@NullMarked
package dev.flyball.servlet;

import org.jspecify.annotations.NullMarked;
