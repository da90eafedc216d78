// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import dev.flyball.Endpoint;
import dev.flyball.GovernedEndpoint;
import dev.flyball.jdkhttp.Argument.Source;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What answers the requests of one route: a method of an object, and where its arguments come from.
 */
final class Handler {

  /** The part that differs: what is called with the arguments. */
  interface Body {
    @Nullable Object answer(Source source) throws Exception;
  }

  private final GovernedEndpoint endpoint;
  private final List<String> variables;
  private final Body body;

  Handler(GovernedEndpoint endpoint, List<String> variables, Body body) {
    this.endpoint = endpoint;
    this.variables = variables;
    this.body = body;
  }

  /** What a call of the route enters. */
  GovernedEndpoint endpoint() {
    return endpoint;
  }

  List<String> variables() {
    return variables;
  }

  /** Calls the method; what it throws is thrown. */
  @Nullable Object answer(Source source) throws Exception {
    return body.answer(source);
  }

  /**
   * The body that calls a method.
   *
   * @throws IllegalArgumentException if an argument has no source, or two want the body
   */
  static Body of(Object target, Method method, Template template, BodyCodec codec) {
    Parameter[] parameters = method.getParameters();
    Argument[] arguments = new Argument[parameters.length];
    for (int i = 0; i < parameters.length; i++) {
      arguments[i] = Argument.of(parameters[i], template, codec);
    }
    List<String> bodies = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Parameter parameter : parameters) {
      names.add(parameter.getName());
      if (Argument.isBody(parameter, template)) {
        bodies.add(parameter.getName());
      }
    }
    if (bodies.size() > 1) {
      throw new IllegalArgumentException(
          bodies.size()
              + " parameters are neither variables of the path nor marked @Query (expected: at most"
              + " one, which takes the body)");
    }
    for (String variable : template.variables()) {
      if (!names.contains(variable)) {
        throw new IllegalArgumentException("no parameter is called like the variable " + variable);
      }
    }
    if (bodies.size() == 1 && template.method().matches("GET|HEAD")) {
      throw new IllegalArgumentException(
          "the only source of the parameter "
              + bodies.get(0)
              + " is the body, and "
              + template.method()
              + " has none (expected: a variable of the path, or @Query)");
    }
    method.setAccessible(true);
    return source -> invoke(target, method, arguments, source);
  }

  static Endpoint.Builder endpoint(Class<?> type, Method method, Template template, Route route) {
    return Endpoint.builder("http", operation(template))
        .source(type, method)
        .shape(isStreamed(method) ? Endpoint.Shape.STREAMING : Endpoint.Shape.UNARY)
        .bodyLimit(route.bodyLimit());
  }

  static String operation(Template template) {
    return template.method() + " /" + String.join("/", template.segments());
  }

  private static boolean isStreamed(Method method) {
    return Streamed.class.isAssignableFrom(method.getReturnType());
  }

  private static @Nullable Object invoke(
      Object target, Method method, Argument[] arguments, Source source) throws Exception {
    @Nullable Object[] values = new @Nullable Object[arguments.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = arguments[i].from(source);
    }
    try {
      return method.invoke(target, values);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      if (cause instanceof Exception exception) {
        throw exception;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw e;
    }
  }
}
