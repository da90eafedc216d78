// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A strict reader of the text format of Prometheus and of OpenMetrics as far as we write them: each
 * family described once before its samples, no sample twice, histograms that add up.
 */
final class PrometheusText {

  record Sample(String name, Map<String, String> labels, double value) {}

  /** One family of samples. */
  static final class Family {

    private final String name;
    private String help = "";
    private String type = "";
    private final List<Sample> samples = new ArrayList<>();

    Family(String name) {
      this.name = name;
    }

    String name() {
      return name;
    }

    String help() {
      return help;
    }

    String type() {
      return type;
    }

    List<Sample> samples() {
      return samples;
    }

    double value(String sample, Map<String, String> labels) {
      return samples.stream()
          .filter(each -> each.name().equals(sample) && each.labels().equals(labels))
          .mapToDouble(Sample::value)
          .findFirst()
          .orElseThrow(() -> new AssertionError(sample + labels + " is not in " + samples));
    }

    List<String> bounds() {
      return samples.stream()
          .map(each -> each.labels().get("le"))
          .filter(le -> le != null)
          .distinct()
          .toList();
    }
  }

  private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE|UNIT) (\\S+) (.*)");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"");
  private static final List<String> SUFFIXES =
      List.of("", "_total", "_bucket", "_count", "_sum", "_info", "_created");

  private final Map<String, Family> families = new LinkedHashMap<>();
  private final Set<String> seen = new HashSet<>();

  private PrometheusText() {}

  static PrometheusText parse(String text) {
    PrometheusText parsed = new PrometheusText();
    check(text.endsWith("\n"), "the last line is not ended", text);
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length - 1; i++) {
      if (lines[i].equals("# EOF")) {
        check(i == lines.length - 2, "something follows # EOF", lines[i + 1]);
      } else {
        parsed.line(lines[i]);
      }
    }
    parsed.families.values().forEach(PrometheusText::checkHistogram);
    return parsed;
  }

  List<Family> families() {
    return List.copyOf(families.values());
  }

  Family family(String name) {
    Family family = families.get(name);
    check(family != null, "there is no family", name + " in " + families.keySet());
    return family;
  }

  private void line(String line) {
    check(!line.isEmpty() && !line.endsWith(" "), "an empty line, or a blank at its end", line);
    if (!line.startsWith("#")) {
      sample(line);
      return;
    }
    Matcher comment = COMMENT.matcher(line);
    check(comment.matches(), "not a comment of the format", line);
    Family family = families.computeIfAbsent(comment.group(2), Family::new);
    check(family.samples.isEmpty(), "described after its samples", line);
    check(seen.add(comment.group(1) + " " + comment.group(2)), "described twice", line);
    switch (comment.group(1)) {
      case "HELP" -> family.help = unescape(comment.group(3), line);
      case "TYPE" -> family.type = comment.group(3);
      default -> check(comment.group(2).endsWith("_" + comment.group(3)), "unit not in name", line);
    }
  }

  private void sample(String line) {
    Matcher name = NAME.matcher(line);
    check(name.lookingAt(), "no name", line);
    int at = name.end();
    Map<String, String> labels = new HashMap<>();
    if (line.charAt(at) == '{') {
      at = labels(line, at + 1, labels);
    }
    check(line.charAt(at) == ' ', "no blank before the value", line);
    String value = line.substring(at + 1);
    check(!value.contains(" "), "a timestamp, which we never write", line);
    Sample sample = new Sample(name.group(), labels, number(value));
    check(seen.add(sample.name() + labels), "a sample twice", line);
    owner(sample.name(), line).samples.add(sample);
  }

  private Family owner(String sample, String line) {
    Family last = null;
    for (Family each : families.values()) {
      last = each;
    }
    check(last != null, "a sample before any family", line);
    Family current = last;
    check(
        SUFFIXES.stream().anyMatch(suffix -> sample.equals(current.name + suffix)),
        "a sample outside of its family " + current.name,
        line);
    check(!current.type.isEmpty(), "a family without type", line);
    return current;
  }

  private static int labels(String line, int from, Map<String, String> labels) {
    int at = from;
    while (line.charAt(at) != '}') {
      Matcher label = LABEL.matcher(line).region(at, line.length());
      check(label.lookingAt(), "no label at " + at, line);
      int end = label.end();
      while (line.charAt(end) != '"') {
        end += line.charAt(end) == '\\' ? 2 : 1;
      }
      String value = unescape(line.substring(label.end(), end), line);
      check(labels.put(label.group(1), value) == null, "a label twice", line);
      at = end + 1;
      if (line.charAt(at) == ',') {
        at++;
      }
    }
    return at + 1;
  }

  private static String unescape(String text, String line) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        plain.append(c);
        continue;
      }
      i++;
      check(i < text.length() && "\\\"n".indexOf(text.charAt(i)) >= 0, "no such escape", line);
      plain.append(text.charAt(i) == 'n' ? '\n' : text.charAt(i));
    }
    return plain.toString();
  }

  private static double number(String value) {
    return switch (value) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(value);
    };
  }

  /** Buckets never fall, and the last holds as many as there are. */
  private static void checkHistogram(Family family) {
    if (!family.type.equals("histogram")) {
      return;
    }
    Map<Map<String, String>, Double> highest = new HashMap<>();
    for (Sample sample : family.samples) {
      Map<String, String> labels = new HashMap<>(sample.labels());
      String bound = labels.remove("le");
      if (bound != null) {
        double before = highest.getOrDefault(labels, 0.0);
        check(sample.value() >= before, "a bucket that holds less than one before", "" + sample);
        highest.put(labels, sample.value());
      } else if (sample.name().endsWith("_count")) {
        check(sample.value() == highest.get(labels), "count is not the last bucket", "" + sample);
      }
    }
  }

  private static void check(boolean condition, String what, String where) {
    if (!condition) {
      throw new AssertionError(what + ": " + where);
    }
  }
}
