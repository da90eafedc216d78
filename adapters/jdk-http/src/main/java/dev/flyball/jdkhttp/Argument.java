// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import com.sun.net.httpserver.HttpExchange;
import dev.flyball.Call;
import dev.flyball.Principal;
import dev.flyball.Problem;
import dev.flyball.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where one argument of a handler comes from. Decided once, when the route is registered. */
interface Argument {

  /** What one request has to offer. */
  record Source(Call call, HttpExchange exchange, List<String> values) {

    /** The body, read no further than the call allows; to be asked for once. */
    InputStream body() {
      return new LimitedInput(exchange.getRequestBody(), call);
    }
  }

  /**
   * Gets the argument.
   *
   * @throws ProblemException if the request does not hold it
   * @throws IOException if the body does not come
   */
  @Nullable Object from(Source source) throws IOException;

  /**
   * The source of a parameter.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Argument of(Parameter parameter, Template template, BodyCodec codec) {
    Class<?> type = parameter.getType();
    if (type == Call.class) {
      return Source::call;
    }
    if (type == HttpExchange.class) {
      return Source::exchange;
    }
    if (type == Principal.class) {
      return source -> source.call().principal();
    }
    if (!parameter.isNamePresent()) {
      throw new IllegalArgumentException(
          "the names of parameters are not compiled in (expected: javac -parameters)");
    }
    Query query = parameter.getAnnotation(Query.class);
    if (query != null) {
      return ofQuery(query.value().isEmpty() ? parameter.getName() : query.value(), parameter);
    }
    int variable = template.variables().indexOf(parameter.getName());
    return variable >= 0 ? ofVariable(variable, parameter) : ofBody(parameter, codec);
  }

  /** Whether a parameter takes the body. */
  static boolean isBody(Parameter parameter, Template template) {
    Class<?> type = parameter.getType();
    return type != Call.class
        && type != HttpExchange.class
        && type != Principal.class
        && !parameter.isAnnotationPresent(Query.class)
        && !template.variables().contains(parameter.getName());
  }

  private static Argument ofVariable(int index, Parameter parameter) {
    Conversion conversion = conversion(parameter.getType(), parameter);
    String name = "path variable " + parameter.getName();
    String expected = expected(parameter.getType());
    return source -> convert(source.values().get(index), conversion, name, expected);
  }

  private static Argument ofQuery(String name, Parameter parameter) {
    boolean optional = parameter.getType() == Optional.class;
    Class<?> type = optional ? content(parameter.getParameterizedType()) : parameter.getType();
    Conversion conversion = conversion(type, parameter);
    String what = "query parameter " + name;
    String expected = expected(type);
    return source -> {
      String text = first(source.exchange().getRequestURI().getRawQuery(), name);
      if (text == null && type.isPrimitive()) {
        throw invalid(what + " is missing (expected: " + expected + ")");
      }
      Object value = text == null ? null : convert(text, conversion, what, expected);
      return optional ? Optional.ofNullable(value) : value;
    };
  }

  private static Argument ofBody(Parameter parameter, BodyCodec codec) {
    Type type = parameter.getParameterizedType();
    if (type == byte[].class) {
      return source -> source.body().readAllBytes();
    }
    if (type == InputStream.class) {
      return Source::body;
    }
    if (type == String.class) {
      return source -> new String(source.body().readAllBytes(), StandardCharsets.UTF_8);
    }
    return source -> {
      String contentType = source.exchange().getRequestHeaders().getFirst("Content-Type");
      if (contentType != null && !codec.reads(contentType)) {
        throw new ProblemException(
            Problem.of(
                Problem.Kind.UNSUPPORTED_MEDIA_TYPE,
                "the body has another type than " + codec.contentType()));
      }
      try {
        Object body = codec.read(source.body(), type);
        if (body == null) {
          throw invalid("the body is null (expected: a value)");
        }
        return body;
      } catch (BodyCodec.MalformedBody e) {
        throw invalid(String.valueOf(e.getMessage()));
      }
    };
  }

  private static Conversion conversion(Class<?> type, Parameter parameter) {
    Conversion conversion = Conversion.to(type);
    if (conversion == null) {
      throw new IllegalArgumentException(
          "the parameter "
              + parameter.getName()
              + " is a "
              + type.getName()
              + " (expected: a class with a public static valueOf, of, parse or fromString, or a"
              + " public constructor, for a text)");
    }
    return conversion;
  }

  private static Object convert(String text, Conversion conversion, String what, String expected) {
    try {
      return conversion.convert(text);
    } catch (RuntimeException e) {
      throw invalid(what + " is malformed (expected: " + expected + ")");
    }
  }

  private static String expected(Class<?> type) {
    if (type.isEnum()) {
      return Stream.of(type.getEnumConstants())
          .map(constant -> ((Enum<?>) constant).name())
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    return switch (type.getSimpleName()) {
      case "int", "Integer", "long", "Long", "short", "Short", "byte", "Byte" -> "a whole number";
      case "double", "Double", "float", "Float", "BigDecimal", "BigInteger" -> "a number";
      case "boolean", "Boolean" -> "true or false";
      case "UUID" -> "a UUID";
      case "LocalDate" -> "a date such as 2027-03-31";
      case "Instant" -> "a moment such as 2027-03-31T12:00:00Z";
      default -> "a " + type.getSimpleName().toLowerCase(Locale.ROOT);
    };
  }

  private static Class<?> content(Type optional) {
    return optional instanceof ParameterizedType parameterized
            && parameterized.getActualTypeArguments()[0] instanceof Class<?> content
        ? content
        : String.class;
  }

  private static @Nullable String first(@Nullable String rawQuery, String name) {
    if (rawQuery == null) {
      return null;
    }
    for (String pair : rawQuery.split("&", -1)) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      if (decode(key).equals(name)) {
        return equals < 0 ? "" : decode(pair.substring(equals + 1));
      }
    }
    return null;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw invalid("the query is malformed (expected: valid percent-encoding)");
    }
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(Problem.of(Problem.Kind.INVALID_REQUEST, detail));
  }
}
