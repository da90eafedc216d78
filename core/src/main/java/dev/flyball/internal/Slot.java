// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Attribute;

/** A place in the array of each call. */
record Slot<T>(String name, Attribute.Scope scope, int index) implements Attribute<T> {}
