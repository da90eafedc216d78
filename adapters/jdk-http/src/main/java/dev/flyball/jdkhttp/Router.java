// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
    final Map<String, Node<H>> literals = new HashMap<>();
    final Map<String, H> handlers = new TreeMap<>();
    List<String> methods = List.of();
    @Nullable Node<H> variable;
  }

  private final Node<H> root = new Node<>();
  private final Match<H> nowhere = new Match<>(null, List.of(), List.of());

  /** Adds a route; false where there is one already that every request of it would reach. */
  boolean add(Template template, H handler) {
    Node<H> node = root;
    for (String segment : template.segments()) {
      if (Template.isVariable(segment)) {
        Node<H> next = node.variable;
        if (next == null) {
          next = new Node<>();
          node.variable = next;
        }
        node = next;
      } else {
        Node<H> next = new Node<>();
        Node<H> known = node.literals.putIfAbsent(segment, next);
        node = known == null ? next : known;
      }
    }
    boolean isNew = node.handlers.putIfAbsent(template.method(), handler) == null;
    node.methods = methods(node);
    return isNew;
  }

  Match<H> find(String method, String rawPath) {
    List<String> segments = PathSegments.of(rawPath);
    if (segments == null) {
      return nowhere;
    }
    List<String> values = new ArrayList<>();
    Node<H> node = find(root, segments, 0, values);
    if (node == null) {
      return nowhere;
    }
    H handler = node.handlers.get(method);
    if (handler == null && method.equals("HEAD")) {
      handler = node.handlers.get("GET");
    }
    return new Match<>(handler, values, node.methods);
  }

  private static <H> @Nullable Node<H> find(
      Node<H> node, List<String> segments, int index, List<String> values) {
    if (index == segments.size()) {
      return node.handlers.isEmpty() ? null : node;
    }
    String segment = segments.get(index);
    Node<H> literal = node.literals.get(segment);
    Node<H> found = literal == null ? null : find(literal, segments, index + 1, values);
    Node<H> variable = node.variable;
    if (found != null || variable == null) {
      return found;
    }
    values.add(segment);
    found = find(variable, segments, index + 1, values);
    if (found == null) {
      values.remove(values.size() - 1);
    }
    return found;
  }

  private static <H> List<String> methods(Node<H> node) {
    Set<String> methods = new TreeSet<>(node.handlers.keySet());
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    return List.copyOf(methods);
  }
}
