// SPDX-License-Identifier: Apache-2.0
package dev.flyball.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the team that answers for the endpoints of a class.
 *
 * <p>The owner is part of every record, line and start-up listing of these endpoints. The
 * annotation grants nothing: each endpoint still says who may call it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
public @interface Governed {

  /**
   * The team that owns the endpoint.
   *
   * @return a name that people of the organisation recognise, for example {@code team-orders}
   */
  String owner();
}
