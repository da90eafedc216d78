// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the handler of a request by method and path; a literal segment goes before a variable.
 *
 * @param <H> what is found
 */
final class Router<H> {

  /**
   * What a path leads to.
   *
   * @param handler the handler; null where the method is not one of the path
   * @param values the values of the variables, in order
   * @param methods the methods of the path; empty where it leads nowhere
   * @param <H> what is found
   */
  record Match<H>(@Nullable H handler, List<String> values, List<String> methods) {}

  private static final class Node<H> {
    final int[] variables;
    final Map<String, Node<H>> literals = new HashMap<>();
    final Map<String, H> handlers = new TreeMap<>();
    List<String> methods = List.of();
    @Nullable Node<H> variable;

    /** A node on whose way the segments of some positions are values. */
    Node(int... variables) {
      this.variables = variables;
    }

    List<String> values(List<String> segments) {
      String[] values = new String[variables.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = segments.get(variables[i]);
      }
      return List.of(values);
    }
  }

  private final Node<H> root = new Node<>();
  private final Match<H> nowhere = new Match<>(null, List.of(), List.of());

  /** Adds a route; false where there is one already that every request of it would reach. */
  boolean add(Template template, H handler) {
    Node<H> node = root;
    for (int i = 0; i < template.segments().size(); i++) {
      node = next(node, template.segments().get(i), i);
    }
    boolean isNew = node.handlers.putIfAbsent(template.method(), handler) == null;
    node.methods = methods(node);
    return isNew;
  }

  private static <H> Node<H> next(Node<H> node, String segment, int position) {
    if (!Template.isVariable(segment)) {
      return node.literals.computeIfAbsent(segment, unused -> new Node<>(node.variables));
    }
    Node<H> known = node.variable;
    if (known == null) {
      int count = node.variables.length;
      int[] variables = Arrays.copyOf(node.variables, count + 1);
      variables[count] = position;
      known = new Node<>(variables);
      node.variable = known;
    }
    return known;
  }

  Match<H> find(String method, String rawPath) {
    List<String> segments = PathSegments.of(rawPath);
    if (segments == null) {
      return nowhere;
    }
    Node<H> node = find(root, segments, 0);
    if (node == null) {
      return nowhere;
    }
    H handler = node.handlers.get(method);
    if (handler == null && method.equals("HEAD")) {
      handler = node.handlers.get("GET");
    }
    return new Match<>(handler, node.values(segments), node.methods);
  }

  private static <H> @Nullable Node<H> find(Node<H> node, List<String> segments, int index) {
    if (index == segments.size()) {
      return node.handlers.isEmpty() ? null : node;
    }
    String segment = segments.get(index);
    Node<H> literal = node.literals.get(segment);
    Node<H> found = literal == null ? null : find(literal, segments, index + 1);
    Node<H> variable = node.variable;
    return found != null || variable == null ? found : find(variable, segments, index + 1);
  }

  private static <H> List<String> methods(Node<H> node) {
    Map<String, Boolean> methods = new TreeMap<>();
    node.handlers.keySet().forEach(method -> methods.put(method, true));
    if (methods.containsKey("GET")) {
      methods.put("HEAD", true);
    }
    return List.copyOf(methods.keySet());
  }
}
