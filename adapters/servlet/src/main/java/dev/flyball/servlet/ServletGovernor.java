// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.Governor;
import dev.flyball.GovernorBuilder;
import jakarta.servlet.ServletContext;
import java.util.Objects;

/**
 * Where the governor of a web application is found, and how an application says what it is made of.
 */
public final class ServletGovernor {

  private static final String BUILDER = GovernorBuilder.class.getName();
  private static final String GOVERNOR = Governor.class.getName();

  private ServletGovernor() {}

  /**
   * Gives what the governor of an application is built from, in place of the class path and the
   * settings alone: policies, listeners, sources of data.
   *
   * @param context the application, before its filters are initialised: in a {@code
   *     ServletContextListener}, an initializer, or the code that assembles a server
   * @param builder built once the servlets are known
   */
  public static void use(ServletContext context, GovernorBuilder builder) {
    context.setAttribute(BUILDER, Objects.requireNonNull(builder, "builder"));
  }

  /**
   * The governor of an application.
   *
   * @param context the application, after its filters are initialised
   * @return the governor
   * @throws IllegalStateException if there is none
   */
  public static Governor of(ServletContext context) {
    if (context.getAttribute(GOVERNOR) instanceof Governor governor) {
      return governor;
    }
    throw new IllegalStateException(
        "the application "
            + context.getContextPath()
            + " has no governor (expected: after its filters are initialised)");
  }

  static Governor build(ServletContext context) {
    return context.getAttribute(BUILDER) instanceof GovernorBuilder builder
        ? builder.build()
        : Governor.builder().build();
  }

  static boolean isSet(ServletContext context) {
    return context.getAttribute(GOVERNOR) instanceof Governor;
  }

  static void set(ServletContext context, Governor governor) {
    context.setAttribute(GOVERNOR, governor);
  }

  /** Ends what a filter has begun, also where it could not start. */
  static void close(ServletContext context) {
    if (context.getAttribute(GOVERNOR) instanceof Governor governor) {
      governor.close();
      context.removeAttribute(GOVERNOR);
    }
  }
}
