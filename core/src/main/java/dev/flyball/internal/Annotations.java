// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.annotation.Enforced;
import dev.flyball.annotation.RequiresScope;
import java.lang.annotation.Annotation;
import java.lang.annotation.Repeatable;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the annotations that hold for a handler method.
 *
 * <p>Method over class over interface: asked are the method that runs, whichever method of an
 * ancestor or bridge was named, and those of superclasses that it overrides, then the class and its
 * superclasses, then the methods of interfaces that it implements, then the interfaces; nearest
 * first. An annotation type is taken from the first level that has it. The rules of authorization
 * are taken together from the first level that has any; interfaces at one distance are one level,
 * so that of two that disagree both must hold.
 */
public final class Annotations {

  private static final Set<String> JSR_250 = Set.of("RolesAllowed", "PermitAll", "DenyAll");

  private Annotations() {}

  /** The annotations in force for a method of a class. */
  public static List<Annotation> resolve(Class<?> type, Method method) {
    Map<Class<?>, List<Annotation>> byType = new LinkedHashMap<>();
    List<Annotation> authorization = List.of();
    for (List<AnnotatedElement> level : levels(type, method)) {
      List<Annotation> present = declaredOn(level);
      if (authorization.isEmpty()) {
        authorization = authorization(present);
      }
      for (Map.Entry<Class<?>, List<Annotation>> each : others(present).entrySet()) {
        byType.putIfAbsent(each.getKey(), each.getValue());
      }
    }
    List<Annotation> all = new ArrayList<>();
    for (List<Annotation> ofOneType : byType.values()) {
      all.addAll(ofOneType);
    }
    all.addAll(authorization);
    return all;
  }

  /** Those that say who may call. */
  public static List<Annotation> authorization(List<Annotation> annotations) {
    List<Annotation> rules = new ArrayList<>();
    for (Annotation annotation : annotations) {
      if (isAuthorization(annotation)) {
        rules.add(annotation);
      }
    }
    return List.copyOf(rules);
  }

  /** What is no rule, by type: the nearest of each, or all where the type may be repeated. */
  private static Map<Class<?>, List<Annotation>> others(List<Annotation> present) {
    Map<Class<?>, List<Annotation>> byType = new LinkedHashMap<>();
    for (Annotation annotation : present) {
      Class<?> type = annotation.annotationType();
      if (!isAuthorization(annotation) && (isRepeatable(type) || !byType.containsKey(type))) {
        byType.computeIfAbsent(type, unused -> new ArrayList<>()).add(annotation);
      }
    }
    return byType;
  }

  /** An annotation, and those that stand on it where it is one of the user's own, nearest first. */
  public static List<Annotation> expand(Annotation annotation) {
    return expand(List.of(annotation));
  }

  /** Whether an annotation says who may call. */
  public static boolean isAuthorization(Annotation annotation) {
    Enforced enforced = annotation.annotationType().getAnnotation(Enforced.class);
    return enforced != null ? enforced.authorization() : isJsr250(annotation.annotationType());
  }

  /** Whether an annotation is worth nothing unless a module enforces it. */
  static boolean isEnforced(Annotation annotation) {
    Class<? extends Annotation> type = annotation.annotationType();
    return type.isAnnotationPresent(Enforced.class) || isJsr250(type);
  }

  /** The artifact that enforces an annotation. */
  static String enforcer(Annotation annotation) {
    Enforced enforced = annotation.annotationType().getAnnotation(Enforced.class);
    return enforced != null ? enforced.by() : "dev.flyball:flyball-auth";
  }

  /** The annotation {@code @RequiresScope} with a value that no source code holds. */
  public static RequiresScope requiresScope(String... scopes) {
    return new ScopeLiteral(scopes.clone());
  }

  private static boolean isJsr250(Class<?> type) {
    String name = type.getName();
    return (name.startsWith("jakarta.annotation.security.")
            || name.startsWith("javax.annotation.security."))
        && JSR_250.contains(type.getSimpleName());
  }

  private static List<Annotation> expand(List<Annotation> direct) {
    Set<Annotation> all = new LinkedHashSet<>();
    List<Annotation> distance = direct;
    while (!distance.isEmpty()) {
      List<Annotation> next = new ArrayList<>();
      for (Annotation annotation : distance) {
        for (Annotation each : unpacked(annotation)) {
          if (!isOfTheLanguage(each.annotationType()) && all.add(each)) {
            next.addAll(List.of(each.annotationType().getDeclaredAnnotations()));
          }
        }
      }
      distance = next;
    }
    return List.copyOf(all);
  }

  private static boolean isOfTheLanguage(Class<?> type) {
    return type.getName().startsWith("java.lang.annotation.") || type == Enforced.class;
  }

  private static boolean isRepeatable(Class<?> type) {
    return type.isAnnotationPresent(Repeatable.class);
  }

  /** What a container holds into which the compiler has put a repeated annotation. */
  private static List<Annotation> unpacked(Annotation annotation) {
    Class<? extends Annotation> type = annotation.annotationType();
    try {
      Method value = type.getDeclaredMethod("value");
      Class<?> element = value.getReturnType().getComponentType();
      Repeatable repeatable = element == null ? null : element.getAnnotation(Repeatable.class);
      if (repeatable == null || repeatable.value() != type) {
        return List.of(annotation);
      }
      value.trySetAccessible();
      List<Annotation> unpacked = new ArrayList<>(List.of((Annotation[]) value.invoke(annotation)));
      if (isEnforced(annotation)) {
        unpacked.add(annotation);
      }
      return unpacked;
    } catch (NoSuchMethodException e) {
      return List.of(annotation);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + annotation, e);
    }
  }

  private static List<Annotation> declaredOn(List<AnnotatedElement> level) {
    List<Annotation> direct = new ArrayList<>();
    for (AnnotatedElement element : level) {
      Collections.addAll(direct, element.getDeclaredAnnotations());
    }
    return expand(direct);
  }

  private static List<List<AnnotatedElement>> levels(Class<?> type, Method method) {
    Overrides overrides = new Overrides(type);
    Method running = overrides.running(method);
    List<List<AnnotatedElement>> levels = new ArrayList<>();
    levels.add(List.of(running));
    for (Class<?> each : overrides.classes()) {
      levels.add(overridden(List.of(each), running, overrides));
    }
    for (Class<?> each : overrides.classes()) {
      levels.add(List.of(each));
    }
    List<List<Class<?>>> interfaces = interfaces(overrides.classes());
    for (List<Class<?>> distance : interfaces) {
      levels.add(overridden(distance, running, overrides));
    }
    for (List<Class<?>> distance : interfaces) {
      levels.add(List.copyOf(distance));
    }
    return levels;
  }

  private static List<AnnotatedElement> overridden(
      List<Class<?>> ancestors, Method method, Overrides overrides) {
    List<AnnotatedElement> overridden = new ArrayList<>();
    for (Class<?> ancestor : ancestors) {
      for (Method candidate : ancestor.getDeclaredMethods()) {
        if (overrides.isSame(candidate, method)) {
          overridden.add(candidate);
        }
      }
    }
    return overridden;
  }

  /** The interfaces, by their distance from the classes. */
  private static List<List<Class<?>>> interfaces(List<Class<?>> classes) {
    List<List<Class<?>>> levels = new ArrayList<>();
    Set<Class<?>> seen = new LinkedHashSet<>();
    List<Class<?>> level = classes;
    while (!level.isEmpty()) {
      List<Class<?>> next = new ArrayList<>();
      for (Class<?> each : level) {
        for (Class<?> parent : each.getInterfaces()) {
          if (seen.add(parent)) {
            next.add(parent);
          }
        }
      }
      levels.add(next);
      level = next;
    }
    return levels;
  }

  /** An annotation made at run time. */
  @SuppressWarnings("ImmutableAnnotationChecker") // the array is never given out
  private static final class ScopeLiteral implements RequiresScope {

    private final String[] scopes;

    ScopeLiteral(String[] scopes) {
      this.scopes = scopes;
    }

    @Override
    public String[] value() {
      return scopes.clone();
    }

    @Override
    public Class<? extends Annotation> annotationType() {
      return RequiresScope.class;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof RequiresScope that && Arrays.equals(scopes, that.value());
    }

    /** As {@link Annotation#hashCode()} says. */
    @Override
    public int hashCode() {
      return (127 * "value".hashCode()) ^ Arrays.hashCode(scopes);
    }

    @Override
    public String toString() {
      return "@RequiresScope(" + String.join(", ", scopes) + ")";
    }
  }
}
