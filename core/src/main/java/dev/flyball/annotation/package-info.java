// SPDX-License-Identifier: Apache-2.0
/**
 * What a service team writes on its endpoints: one place, no behaviour.
 *
 * <p>An annotation of this package is a promise that some module keeps. Where no module on the
 * class path enforces it, the service refuses to start; see {@link
 * dev.flyball.annotation.Enforced}.
 *
 * <p>Annotations are found on the method, on the methods that it overrides or implements (generic
 * ones and their bridges included), then on the class, its superclasses and interfaces; nearest
 * first. They may also stand on an annotation of your own, which then carries them.
 */
@NullMarked
package dev.flyball.annotation;

import org.jspecify.annotations.NullMarked;
