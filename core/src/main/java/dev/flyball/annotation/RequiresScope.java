// SPDX-License-Identifier: Apache-2.0
package dev.flyball.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets a caller through whose credential carries every one of the named scopes (RFC 6749, section
 * 3.3): exact, case-sensitive comparison.
 *
 * <p>A caller without a credential gets 401, one without the scope 403 with {@code
 * insufficient_scope} and the scope that was missing (RFC 6750, section 3.1).
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Enforced(authorization = true, by = "dev.flyball:flyball-auth")
public @interface RequiresScope {

  /**
   * The scopes, all of which are needed.
   *
   * @return at least one scope
   */
  String[] value();
}
