// SPDX-License-Identifier: Apache-2.0
package dev.flyball.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Hides an endpoint from callers for whom a boolean flag is not on: they get 404 with the code
 * {@code feature_off}, as if it were not there.
 *
 * <p>The caller that authentication found is the unit of the flag. Where the flag cannot be
 * evaluated (unknown key, other type, no unit for a rollout), the gate is closed.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Enforced(by = "dev.flyball:flyball-featureflags")
public @interface FeatureGate {

  /**
   * The key of a boolean flag.
   *
   * @return the key, as in the flag file
   */
  String value();
}
