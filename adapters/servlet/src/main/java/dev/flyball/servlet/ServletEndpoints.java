// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import dev.flyball.AdminRoute;
import dev.flyball.Endpoint;
import dev.flyball.GovernedEndpoint;
import dev.flyball.Governor;
import dev.flyball.annotation.Enforced;
import dev.flyball.annotation.Governed;
import dev.flyball.settings.StartupProblem;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoints of the servlets of an application, found by what the container has matched.
 *
 * <p>A servlet is governed if its class, or one of its methods, carries an annotation of
 * governance; then each of its methods is an endpoint, those without an annotation too, and a
 * method that it does not have is not one.
 */
final class ServletEndpoints {

  private static final Logger logger = LoggerFactory.getLogger(ServletEndpoints.class);

  private static final Map<String, String> METHODS =
      Map.of(
          "doGet", "GET",
          "doHead", "HEAD",
          "doPost", "POST",
          "doPut", "PUT",
          "doPatch", "PATCH",
          "doDelete", "DELETE",
          "doOptions", "OPTIONS",
          "doTrace", "TRACE");

  /** Stands for every method: the servlet looks at them itself. */
  private static final String ANY = "ANY";

  private final ServletContext context;
  private final Governor governor;

  /** By name and pattern; without patterns for a servlet that nobody governs. */
  private final Map<String, Map<String, ServletTarget>> targets = new ConcurrentHashMap<>();

  private final Map<String, ServletTarget> adminPages = new LinkedHashMap<>();

  /** Binds the endpoints of all servlets that are registered by now. */
  ServletEndpoints(ServletContext context, Governor governor) {
    this.context = context;
    this.governor = governor;
    List<String> nobodys = new ArrayList<>();
    for (ServletRegistration servlet : context.getServletRegistrations().values()) {
      if (bind(servlet).isEmpty() && !servlet.getName().equals(AdminServlet.NAME)) {
        nobodys.add(servlet.getName());
      }
    }
    bindAdminPages();
    if (!nobodys.isEmpty()) {
      logger.info("servlets that do not say who may call, and are recorded only: {}", nobodys);
    }
  }

  /** What governs a servlet by its class alone: whether one of its methods would be an endpoint. */
  static boolean isGoverned(ServletContext context, ServletRegistration servlet) {
    try {
      Class<?> type = type(context, servlet);
      return type != null
          && methods(type).values().stream().anyMatch(method -> isGoverned(type, method));
    } catch (LinkageError e) {
      return false; // reported when endpoints are bound
    }
  }

  /** The endpoints of the servlet that a dispatch leads to; null where nobody governs it. */
  @Nullable ServletTarget find(HttpServletRequest request) {
    HttpServletMapping mapping = mapping(request);
    if (mapping == null) {
      return null;
    }
    if (AdminServlet.NAME.equals(mapping.getServletName())) {
      return adminPages.get(String.valueOf(request.getPathInfo()));
    }
    return find(mapping.getServletName(), mapping.getPattern());
  }

  /** The endpoints of a servlet; a pattern that it was not registered with does not matter. */
  @Nullable ServletTarget find(@Nullable String servlet, @Nullable String pattern) {
    Map<String, ServletTarget> byPattern = servlet == null ? Map.of() : targets(servlet);
    if (byPattern.isEmpty()) {
      return null;
    }
    ServletTarget target = pattern == null ? null : byPattern.get(pattern);
    return target != null ? target : byPattern.values().iterator().next();
  }

  /** What the container has matched for this very dispatch. */
  static @Nullable HttpServletMapping mapping(HttpServletRequest request) {
    if (request.getDispatcherType() == DispatcherType.INCLUDE
        && request.getAttribute(RequestDispatcher.INCLUDE_MAPPING)
            instanceof HttpServletMapping m) {
      return m;
    }
    return request.getHttpServletMapping();
  }

  /** Containers may take in servlets while they run. */
  private Map<String, ServletTarget> targets(String servlet) {
    Map<String, ServletTarget> known = targets.get(servlet);
    if (known != null) {
      return known;
    }
    ServletRegistration registration = context.getServletRegistration(servlet);
    if (registration == null) {
      return Map.of();
    }
    synchronized (this) {
      known = targets.get(servlet);
      return known != null ? known : bind(registration);
    }
  }

  private Map<String, ServletTarget> bind(ServletRegistration servlet) {
    Map<String, ServletTarget> bound = endpoints(servlet);
    targets.put(servlet.getName(), bound);
    return bound;
  }

  private Map<String, ServletTarget> endpoints(ServletRegistration servlet) {
    Class<?> type = type(context, servlet);
    if (type == null) {
      return Map.of();
    }
    Map<String, Method> methods;
    try {
      methods = methods(type);
    } catch (LinkageError e) {
      String what = "the class of the servlet " + servlet.getName() + " cannot be read: " + e;
      governor.problem(new StartupProblem(what, type.getName(), "add what it needs"));
      return Map.of();
    }
    if (methods.values().stream().noneMatch(method -> isGoverned(type, method))) {
      return Map.of();
    }
    Map<String, ServletTarget> byPattern = new LinkedHashMap<>();
    for (String pattern : servlet.getMappings()) {
      String route = context.getContextPath() + route(pattern);
      byPattern.put(pattern, target(route, type, methods));
    }
    if (byPattern.isEmpty()) {
      // reached by its name, or mapped by means of the container that it does not tell about
      byPattern.put("", target("servlet:" + servlet.getName(), type, methods));
    }
    return byPattern;
  }

  private ServletTarget target(String route, Class<?> type, Map<String, Method> methods) {
    Map<String, GovernedEndpoint> endpoints = new TreeMap<>();
    methods.forEach((name, method) -> {
      if (!name.equals("HEAD") || !methods.containsKey("GET")) {
        Endpoint endpoint =
            Endpoint.builder("http", name + " " + route).source(type, method).build();
        endpoints.put(name, governor.govern(endpoint));
      }
    });
    GovernedEndpoint any = endpoints.remove(ANY);
    return new ServletTarget(endpoints, any);
  }

  private static String route(String pattern) {
    return switch (pattern) {
      case "" -> "/";
      case "/" -> "/*";
      default -> pattern.startsWith("/") ? pattern : "/" + pattern;
    };
  }

  private void bindAdminPages() {
    Map<String, Map<String, GovernedEndpoint>> byPath = new TreeMap<>();
    for (AdminRoute route : governor.adminRoutes()) {
      if (route.scope() != null) {
        byPath
            .computeIfAbsent("/" + route.path(), unused -> new TreeMap<>())
            .put(route.method(), governor.govern(route.endpoint()));
      }
    }
    byPath.forEach((path, methods) -> adminPages.put(path, new ServletTarget(methods, null)));
  }

  /** The class of a servlet; null for one of the container, which applications do not see. */
  private static @Nullable Class<?> type(ServletContext context, ServletRegistration servlet) {
    String name = servlet.getClassName();
    if (name == null || name.equals(AdminServlet.class.getName())) {
      return null;
    }
    ClassLoader loader = context.getClassLoader();
    ClassLoader known = loader != null ? loader : Thread.currentThread().getContextClassLoader();
    try {
      return Class.forName(name, false, known);
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  /** The methods that handle requests, by what they handle. */
  private static Map<String, Method> methods(Class<?> type) {
    Map<String, Method> methods = new TreeMap<>();
    for (Class<?> each = type;
        each != null && each != HttpServlet.class && Servlet.class.isAssignableFrom(each);
        each = each.getSuperclass()) {
      for (Method method : each.getDeclaredMethods()) {
        String handled = method.isBridge() ? null : handled(method);
        if (handled != null) {
          methods.putIfAbsent(handled, method);
        }
      }
    }
    return methods;
  }

  private static @Nullable String handled(Method method) {
    List<Class<?>> parameters = List.of(method.getParameterTypes());
    boolean http = parameters.equals(List.of(HttpServletRequest.class, HttpServletResponse.class));
    boolean any = http || parameters.equals(List.of(ServletRequest.class, ServletResponse.class));
    if (method.getName().equals("service")) {
      return any ? ANY : null;
    }
    return http ? METHODS.get(method.getName()) : null;
  }

  private static boolean isGoverned(Class<?> type, Method method) {
    Endpoint endpoint = Endpoint.builder("http", method.getName()).source(type, method).build();
    return !endpoint.authorization().isEmpty()
        || endpoint.annotation(Governed.class).isPresent()
        || endpoint.annotations().stream()
            .anyMatch(each -> each.annotationType().isAnnotationPresent(Enforced.class));
  }

  /** Whether an endpoint is one of a servlet. */
  boolean isOf(String servlet, GovernedEndpoint endpoint) {
    Map<String, ServletTarget> byPattern = targets.getOrDefault(servlet, Map.of());
    return byPattern.values().stream()
        .anyMatch(
            target -> endpoint.equals(target.any()) || target.methods().containsValue(endpoint));
  }
}
