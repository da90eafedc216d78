// SPDX-License-Identifier: Apache-2.0
package dev.flyball.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets anybody call an endpoint, without a credential, for a stated reason.
 *
 * <p>The reason is part of the start-up listing, so that a reader can tell a decision from an
 * oversight. A contradiction ({@code @Public} beside a rule of authorization on one element) is a
 * start-up problem.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Enforced(authorization = true)
public @interface Public {

  /**
   * Why this endpoint needs no credential.
   *
   * @return one sentence for a reviewer; never empty
   */
  String reason();
}
