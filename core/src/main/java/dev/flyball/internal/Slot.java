// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Attribute;

/** A place in the array of each call of one governor. */
record Slot<T>(GovernorEngine owner, String name, Attribute.Scope scope, int index)
    implements Attribute<T> {}
