// SPDX-License-Identifier: Apache-2.0
package dev.flyball.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Lets any caller with a valid credential through, whatever its scopes and roles. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Enforced(authorization = true, by = "dev.flyball:flyball-auth")
public @interface Authenticated {}
