// SPDX-License-Identifier: Apache-2.0
/**
 * What happened: one line per call and per log statement, trace context, metrics, probes.
 *
 * <p>{@link dev.flyball.observability.ObservabilityModule} joins by being on the class path. With
 * Logback, every statement of the service leaves as one line of JSON through {@link
 * dev.flyball.observability.EcsEncoder}: where the service has no configuration of its own, {@link
 * dev.flyball.observability.LogbackConfigurator} sets it up; elsewhere it is named in {@code
 * logback.xml}. Everything is thread-safe.
 */
@NullMarked
package dev.flyball.observability;

import org.jspecify.annotations.NullMarked;
