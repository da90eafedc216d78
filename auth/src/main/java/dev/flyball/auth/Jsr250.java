// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.List;

/** The annotations of JSR-250, of both packages, without needing either. */
final class Jsr250 {

  static final List<String> ROLES_ALLOWED = named("RolesAllowed");
  static final List<String> PERMIT_ALL = named("PermitAll");
  static final List<String> DENY_ALL = named("DenyAll");

  private Jsr250() {}

  static List<String> all() {
    List<String> all = new ArrayList<>(ROLES_ALLOWED);
    all.addAll(PERMIT_ALL);
    all.addAll(DENY_ALL);
    return all;
  }

  /** The value of a {@code @RolesAllowed}. */
  static String[] roles(Annotation rolesAllowed) {
    try {
      return (String[]) rolesAllowed.annotationType().getMethod("value").invoke(rolesAllowed);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("cannot read " + rolesAllowed, e);
    }
  }

  private static List<String> named(String simpleName) {
    return List.of(
        "jakarta.annotation.security." + simpleName, "javax.annotation.security." + simpleName);
  }
}
