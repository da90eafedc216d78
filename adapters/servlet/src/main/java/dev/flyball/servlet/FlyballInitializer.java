// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.AdminRoute;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Governs a web application because the adapter is on its class path: found by the container, or
 * given to it by the code that assembles a server.
 */
public final class FlyballInitializer implements ServletContainerInitializer {

  static final String NAME = "flyball";

  /** Made by the container. */
  public FlyballInitializer() {}

  @Override
  public void onStartup(@Nullable Set<Class<?>> classes, ServletContext context)
      throws ServletException {
    GovernedFilter filter = new GovernedFilter();
    FilterRegistration.Dynamic registration = context.addFilter(NAME, filter);
    if (registration == null) {
      return; // somebody has registered it in code
    }
    registration.setAsyncSupported(true);
    registration.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
    context.addListener(GovernedFilter.requestListener());
    context.addListener(new Closing());
    for (String servlet : governed(context)) {
      guard(context, filter, servlet);
    }
    addAdminServlet(context);
  }

  private static List<String> governed(ServletContext context) {
    List<String> names = new ArrayList<>();
    for (ServletRegistration servlet : context.getServletRegistrations().values()) {
      if (ServletEndpoints.isGoverned(context, servlet)) {
        names.add(servlet.getName());
      }
    }
    return names;
  }

  private static void guard(ServletContext context, GovernedFilter filter, String servlet) {
    FilterRegistration.Dynamic guard =
        context.addFilter(NAME + " " + servlet, new NamedDispatchFilter(filter, servlet));
    if (guard != null) {
      guard.setAsyncSupported(true);
      guard.addMappingForServletNames(
          EnumSet.of(DispatcherType.FORWARD, DispatcherType.INCLUDE), false, servlet);
    }
  }

  private static void addAdminServlet(ServletContext context) throws ServletException {
    ServletRegistration.Dynamic pages = context.addServlet(AdminServlet.NAME, new AdminServlet());
    Set<String> taken = pages == null ? Set.of() : pages.addMapping(AdminRoute.PREFIX + "*");
    if (pages == null || !taken.isEmpty()) {
      throw new ServletException(
          "another servlet is called "
              + AdminServlet.NAME
              + " or mapped to "
              + AdminRoute.PREFIX
              + "* (expected: free for the pages of Flyball)");
    }
  }

  private static final class Closing implements ServletContextListener {

    @Override
    public void contextDestroyed(ServletContextEvent event) {
      ServletGovernor.close(event.getServletContext());
    }
  }
}
