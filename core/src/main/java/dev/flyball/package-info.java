// SPDX-License-Identifier: Apache-2.0
/**
 * The governed call: one way through for every request, job and outgoing call of a service.
 *
 * <p>An adapter hands an inbound request as a {@link dev.flyball.Carrier} to {@link
 * dev.flyball.Governor#begin}, names the endpoint with {@link dev.flyball.Call#enter}, and ends the
 * call once with {@link dev.flyball.Call#end}. Modules that join by being on the class path ({@link
 * dev.flyball.FlyballModule}) bind {@link dev.flyball.Stage}s to each endpoint. Whatever happens,
 * the call ends in one {@link dev.flyball.CallRecord}.
 *
 * <p>Interfaces of this package are called by services, modules and adapters; those that are meant
 * to be implemented say so. Everything is thread-safe unless it says otherwise.
 */
@NullMarked
package dev.flyball;

import org.jspecify.annotations.NullMarked;
