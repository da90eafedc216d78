// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which methods of a class and its ancestors are one method, generics and bridges included. */
final class Overrides {

  private final List<Class<?>> classes = new ArrayList<>();
  private final Map<TypeVariable<?>, Type> variables = new HashMap<>();
  private final Set<Class<?>> ancestors = new LinkedHashSet<>();

  Overrides(Class<?> type) {
    for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
      classes.add(c);
    }
    collect(type);
  }

  /** The class and its superclasses, nearest first, without Object. */
  List<Class<?>> classes() {
    return classes;
  }

  /** The method that runs where a method is called on an object of the class. */
  Method running(Method called) {
    if (Modifier.isPrivate(called.getModifiers()) || Modifier.isStatic(called.getModifiers())) {
      return called;
    }
    Method wanted = called.isBridge() ? bridged(called) : called;
    for (Class<?> each : classes) {
      for (Method candidate : each.getDeclaredMethods()) {
        if (isSame(candidate, wanted)) {
          return candidate;
        }
      }
    }
    return mostSpecific(wanted);
  }

  /** Where no class has the method, that of the interface runs which no other one overrides. */
  private Method mostSpecific(Method wanted) {
    Method running = wanted;
    for (Class<?> ancestor : ancestors) {
      for (Method candidate : ancestor.getDeclaredMethods()) {
        if (candidate.isDefault() && isSame(candidate, wanted) && isNearer(candidate, running)) {
          running = candidate;
        }
      }
    }
    return running;
  }

  private static boolean isNearer(Method candidate, Method running) {
    return running.getDeclaringClass() != candidate.getDeclaringClass()
        && running.getDeclaringClass().isAssignableFrom(candidate.getDeclaringClass());
  }

  /** Whether a method, where it is declared, is the other or what the other overrides. */
  boolean isSame(Method candidate, Method method) {
    if (candidate.equals(method)) {
      return true;
    }
    return !candidate.isBridge()
        && isAlike(candidate, method)
        && isVisible(candidate, method)
        && haveSameTypes(candidate, method);
  }

  /** What the compiler made a bridge for: the one method that takes what the bridge casts to. */
  private Method bridged(Method bridge) {
    List<Method> taking =
        Stream.of(bridge.getDeclaringClass().getDeclaredMethods())
            .filter(each -> !each.isBridge() && isAlike(each, bridge) && takes(each, bridge))
            .toList();
    List<Method> targets =
        taking.size() <= 1
            ? taking
            : taking.stream().filter(each -> isGenericTarget(each, bridge)).toList();
    return targets.size() == 1 ? targets.get(0) : bridge;
  }

  private static boolean takes(Method candidate, Method bridge) {
    Class<?>[] wide = bridge.getParameterTypes();
    Class<?>[] narrow = candidate.getParameterTypes();
    for (int i = 0; i < wide.length; i++) {
      if (!wide[i].isAssignableFrom(narrow[i])) {
        return false;
      }
    }
    return true;
  }

  /** Whether some ancestor declares the method that the bridge overrides, with these types. */
  private boolean isGenericTarget(Method candidate, Method bridge) {
    return ancestors.stream()
        .flatMap(ancestor -> Stream.of(ancestor.getDeclaredMethods()))
        .filter(each -> !each.equals(bridge) && isAlike(each, bridge))
        .filter(each -> Arrays.equals(each.getParameterTypes(), bridge.getParameterTypes()))
        .anyMatch(each -> haveSameTypes(candidate, each));
  }

  private static boolean isAlike(Method candidate, Method method) {
    return candidate.getName().equals(method.getName())
        && candidate.getParameterCount() == method.getParameterCount()
        && !Modifier.isStatic(candidate.getModifiers());
  }

  /** Private methods are overridden by none, those of a package only inside of it. */
  private static boolean isVisible(Method one, Method other) {
    boolean isUpper = one.getDeclaringClass().isAssignableFrom(other.getDeclaringClass());
    Method upper = isUpper ? one : other;
    Method lower = isUpper ? other : one;
    if (Modifier.isPrivate(upper.getModifiers()) || Modifier.isPrivate(lower.getModifiers())) {
      return false;
    }
    return Modifier.isPublic(upper.getModifiers())
        || Modifier.isProtected(upper.getModifiers())
        || upper
            .getDeclaringClass()
            .getPackageName()
            .equals(lower.getDeclaringClass().getPackageName());
  }

  private boolean haveSameTypes(Method candidate, Method method) {
    Class<?>[] declared = candidate.getParameterTypes();
    Class<?>[] wanted = method.getParameterTypes();
    for (int i = 0; i < wanted.length; i++) {
      if (declared[i] != wanted[i] && resolved(candidate, i) != resolved(method, i)) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Class<?> resolved(Method method, int parameter) {
    Type[] generic = method.getGenericParameterTypes();
    Class<?>[] erased = method.getParameterTypes();
    Class<?> resolved = generic.length == erased.length ? erase(generic[parameter]) : null;
    return resolved != null ? resolved : erased[parameter];
  }

  private @Nullable Class<?> erase(Type type) {
    Type resolved = type;
    Set<Type> seen = new HashSet<>();
    while (resolved instanceof TypeVariable<?> variable && seen.add(variable)) {
      Type argument = variables.get(variable);
      resolved = argument != null ? argument : variable.getBounds()[0];
    }
    if (resolved instanceof ParameterizedType parameterized) {
      return (Class<?>) parameterized.getRawType();
    }
    if (resolved instanceof GenericArrayType array) {
      Class<?> component = erase(array.getGenericComponentType());
      return component == null ? null : component.arrayType();
    }
    return resolved instanceof Class<?> raw ? raw : null;
  }

  /** What the type variables of all ancestors stand for, seen from the class. */
  private void collect(Class<?> type) {
    if (!ancestors.add(type)) {
      return;
    }
    List<Type> parents = new ArrayList<>(Arrays.asList(type.getGenericInterfaces()));
    Type superclass = type.getGenericSuperclass();
    if (superclass != null) {
      parents.add(superclass);
    }
    for (Type parent : parents) {
      if (parent instanceof ParameterizedType parameterized) {
        Class<?> raw = (Class<?>) parameterized.getRawType();
        TypeVariable<?>[] names = raw.getTypeParameters();
        Type[] arguments = parameterized.getActualTypeArguments();
        for (int i = 0; i < names.length; i++) {
          variables.putIfAbsent(names[i], arguments[i]);
        }
        collect(raw);
      } else if (parent instanceof Class<?> raw) {
        collect(raw);
      }
    }
  }
}
