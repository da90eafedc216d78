// SPDX-License-Identifier: Apache-2.0
package dev.flyball.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks an annotation that is worth nothing unless a module enforces it.
 *
 * <p>A service with an endpoint that carries such an annotation starts only when a module has said,
 * through {@code Setup.enforces}, that it acts on it: a missing jar never opens a door. Use it on
 * annotations of your own modules; those of JSR-250 are treated as if they carried it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.ANNOTATION_TYPE)
public @interface Enforced {

  /**
   * Whether the annotation decides who may call. Such annotations are one group: those of a method
   * replace all of the class's, and several on one element must all hold.
   *
   * @return true for a rule of authorization
   */
  boolean authorization() default false;

  /**
   * The artifact that enforces the annotation, named in the message when it is missing.
   *
   * @return {@code group:artifact}, empty where core itself does it
   */
  String by() default "";
}
