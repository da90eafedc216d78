// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives a parameter the first value of a name in the query. Where the query has none, the parameter
 * is null, an {@code Optional} is empty, and for a primitive the request is malformed.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Query {

  /**
   * The name.
   *
   * @return empty for the name of the parameter
   */
  String value() default "";
}
