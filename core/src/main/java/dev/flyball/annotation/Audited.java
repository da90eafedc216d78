// SPDX-License-Identifier: Apache-2.0
package dev.flyball.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Writes an entry to the audit trail before the handler runs; where the entry cannot be made
 * durable, the call is refused.
 *
 * <p>The trail is the {@code dev.flyball.AuditTrail} that a module or the application offers.
 * Without one every call of such an endpoint is refused.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Enforced
public @interface Audited {

  /**
   * What the caller does, in the words of the organisation.
   *
   * @return the action, for example {@code order.cancel}; empty for the operation of the endpoint
   */
  String value() default "";
}
