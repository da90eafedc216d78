// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of a {@link Route}: a method and the segments of a path.
 *
 * @param method for example {@code GET}
 * @param segments literal texts, or names in braces
 */
record Template(String method, List<String> segments) {

  private static final Pattern FORM = Pattern.compile("([A-Z]+) (/\\S*)");
  private static final Pattern SEGMENT =
      Pattern.compile("[A-Za-z0-9._~!$&'()*+,=:@-]+|\\{[A-Za-z_][A-Za-z0-9_]*}");

  /**
   * Reads a route.
   *
   * @throws IllegalArgumentException if it is malformed
   */
  static Template parse(String route) {
    Matcher matcher = FORM.matcher(route);
    if (!matcher.matches()) {
      throw malformed(route);
    }
    List<String> segments = new ArrayList<>();
    String path = matcher.group(2).substring(1);
    for (String segment : path.isEmpty() ? new String[0] : path.split("/", -1)) {
      boolean isDots = segment.equals(".") || segment.equals("..");
      if (isDots || !SEGMENT.matcher(segment).matches()) {
        throw malformed(route);
      }
      segments.add(segment);
    }
    Template template = new Template(matcher.group(1), List.copyOf(segments));
    List<String> variables = template.variables();
    if (new HashSet<>(variables).size() != variables.size()) {
      throw malformed(route);
    }
    return template;
  }

  /** The names of the variables, in order. */
  List<String> variables() {
    List<String> names = new ArrayList<>();
    for (String segment : segments) {
      if (isVariable(segment)) {
        names.add(segment.substring(1, segment.length() - 1));
      }
    }
    return List.copyOf(names);
  }

  static boolean isVariable(String segment) {
    return segment.startsWith("{");
  }

  private static IllegalArgumentException malformed(String route) {
    return new IllegalArgumentException(
        "the route \""
            + route
            + "\" is malformed (expected: a method and a path such as"
            + " \"GET /orders/{id}\")");
  }
}
