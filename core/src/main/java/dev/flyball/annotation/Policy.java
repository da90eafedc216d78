// SPDX-License-Identifier: Apache-2.0
package dev.flyball.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets a caller through whom every one of the named policies permits.
 *
 * <p>A policy is an object of type {@code dev.flyball.AccessPolicy} that the application offers
 * under the name. A name that nobody offers is a start-up problem.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Enforced(authorization = true, by = "dev.flyball:flyball-auth")
public @interface Policy {

  /**
   * The names of the policies, all of which must permit.
   *
   * @return at least one name
   */
  String[] value();
}
