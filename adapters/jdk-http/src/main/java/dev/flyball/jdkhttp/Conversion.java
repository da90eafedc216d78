// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How the text of a path variable or query value becomes an argument. */
interface Conversion {

  /** Static methods that make an object of a text, the first that a class has is taken. */
  List<String> FACTORIES = List.of("valueOf", "of", "parse", "fromString");

  /** The primitives and what stands for them. */
  Map<Class<?>, Class<?>> BOXES =
      Map.of(
          int.class, Integer.class,
          long.class, Long.class,
          double.class, Double.class,
          float.class, Float.class,
          short.class, Short.class,
          byte.class, Byte.class,
          boolean.class, Boolean.class);

  /**
   * Converts.
   *
   * @throws RuntimeException if the text does not stand for such an object
   */
  Object convert(String text);

  /** The conversion to a class; null where there is none. */
  static @Nullable Conversion to(Class<?> type) {
    if (type == String.class || type == Object.class || type == CharSequence.class) {
      return text -> text;
    }
    if (type == boolean.class || type == Boolean.class) {
      return Conversion::toBoolean;
    }
    if (type == UUID.class) {
      return Conversion::toUuid;
    }
    Class<?> boxed = BOXES.getOrDefault(type, type);
    Conversion factory = factory(boxed);
    return factory != null ? factory : constructor(boxed);
  }

  private static @Nullable Conversion factory(Class<?> type) {
    for (String name : FACTORIES) {
      for (Class<?> parameter : List.of(String.class, CharSequence.class)) {
        try {
          Method method = type.getMethod(name, parameter);
          if (Modifier.isStatic(method.getModifiers())
              && type.isAssignableFrom(method.getReturnType())) {
            method.trySetAccessible(); // the types of a service need not be public
            return text -> invoke(method, text);
          }
        } catch (NoSuchMethodException e) {
          // the next one may be there
        }
      }
    }
    return null;
  }

  private static @Nullable Conversion constructor(Class<?> type) {
    if (Modifier.isAbstract(type.getModifiers())) {
      return null;
    }
    try {
      Constructor<?> constructor = type.getConstructor(String.class);
      constructor.trySetAccessible();
      return text -> create(constructor, text);
    } catch (NoSuchMethodException e) {
      return null;
    }
  }

  private static Object create(Constructor<?> constructor, String text) {
    try {
      return constructor.newInstance(text);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static Object invoke(Method method, String text) {
    try {
      Object converted = method.invoke(null, text);
      if (converted == null) {
        throw new IllegalArgumentException(text);
      }
      return converted;
    } catch (InvocationTargetException | IllegalAccessException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static Object toBoolean(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  /** {@link UUID#fromString} takes shorter forms too; one value has one form here. */
  private static Object toUuid(String text) {
    UUID uuid = UUID.fromString(text);
    if (text.length() != 36) {
      throw new IllegalArgumentException(text);
    }
    return uuid;
  }
}
