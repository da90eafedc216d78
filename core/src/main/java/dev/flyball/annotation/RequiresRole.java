// SPDX-License-Identifier: Apache-2.0
package dev.flyball.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets a caller through who has at least one of the named roles, as {@code @RolesAllowed} of
 * JSR-250 does: exact, case-sensitive comparison.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Enforced(authorization = true, by = "dev.flyball:flyball-auth")
public @interface RequiresRole {

  /**
   * The roles, one of which is needed.
   *
   * @return at least one role
   */
  String[] value();
}
