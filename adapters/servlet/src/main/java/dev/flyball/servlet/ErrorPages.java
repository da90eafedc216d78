// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import jakarta.servlet.ServletContext;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * Whether the container will dispatch to an error page of the application.
 *
 * <p>An error page runs after the filters have returned, and the call goes on in it. Most
 * containers tell a {@code ServletRequestListener} that the request is over when the error page is
 * done; Jetty tells it before, and again after the error page where there is one. Jetty is
 * therefore asked. It hides its classes from applications, but not the objects.
 */
final class ErrorPages {

  /** What is known before the container acts. */
  enum Forecast {
    PAGE,
    NO_PAGE,
    UNKNOWN
  }

  private final @Nullable Object handler;
  private final @Nullable Method lookUp;

  private ErrorPages(@Nullable Object handler, @Nullable Method lookUp) {
    this.handler = handler;
    this.lookUp = lookUp;
  }

  static ErrorPages of(ServletContext context) {
    if (!context.getServerInfo().startsWith("jetty/")) {
      return new ErrorPages(null, null);
    }
    try {
      Object contextHandler = call(context, "getContextHandler");
      Object handler = call(contextHandler, "getErrorHandler");
      Method lookUp = handler.getClass().getMethod("getErrorPage", Integer.class, Throwable.class);
      return new ErrorPages(handler, lookUp);
    } catch (ReflectiveOperationException | RuntimeException e) {
      return new ErrorPages(null, null);
    }
  }

  private static Object call(Object target, String method) throws ReflectiveOperationException {
    Object result = target.getClass().getMethod(method).invoke(target);
    if (result == null) {
      throw new NoSuchMethodException(method);
    }
    return result;
  }

  Forecast forecast(int status, @Nullable Throwable error) {
    if (lookUp == null) {
      return Forecast.UNKNOWN;
    }
    try {
      return lookUp.invoke(handler, status, error) != null ? Forecast.PAGE : Forecast.NO_PAGE;
    } catch (ReflectiveOperationException e) {
      return Forecast.NO_PAGE;
    }
  }
}
