// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import dev.flyball.json.JsonScanner;
import dev.flyball.json.JsonScanner.Token;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a JSON text into values that know their place. */
final class JsonReader {

  /** How deep a document may be nested. */
  static final int MAX_DEPTH = 200;

  /** How deep what is skipped may be: each level costs memory, and a text has room for millions. */
  private static final int MAX_SKIPPED_DEPTH = 100_000;

  private static final int MAX_NUMBER = 1_000;

  private final JsonScanner scanner;
  private final Findings findings;

  private JsonReader(JsonScanner scanner, Findings findings) {
    this.scanner = scanner;
    this.findings = findings;
  }

  /** The value, or null where the text is not JSON; why not is told to the findings. */
  static @Nullable Json read(String text, Findings findings) {
    if (text.isBlank()) {
      findings.problem(Place.START, "not JSON: the text is empty", null);
      return null;
    }
    // what is deeper than MAX_DEPTH is skipped without recursion, so that the rest is still checked
    JsonScanner scanner = new JsonScanner(text, MAX_SKIPPED_DEPTH, MAX_NUMBER);
    try {
      scanner.next();
      Json document = new JsonReader(scanner, findings).value(Path.TOP, 0);
      scanner.next(); // the end: refuses anything else
      return document;
    } catch (JsonScanner.Malformed e) {
      findings.problem(new Place(e.line(), e.column()), "not JSON: " + e.getMessage(), null);
      return null;
    }
  }

  private Json value(Path path, int depth) throws JsonScanner.Malformed {
    Place place = here();
    boolean isObject = scanner.token() == Token.OBJECT;
    if (!isObject && scanner.token() != Token.ARRAY) {
      return new Json.Scalar(place, scalar(path, place));
    }
    if (depth >= MAX_DEPTH) {
      String what = path + " is nested too deep (expected: at most " + MAX_DEPTH + " levels)";
      findings.problem(place, what, null);
      scanner.skipChildren();
      return new Json.Scalar(place, null);
    }
    return isObject ? members(path, place, depth) : elements(path, place, depth);
  }

  private Json members(Path path, Place place, int depth) throws JsonScanner.Malformed {
    Map<String, Json.Member> byName = new LinkedHashMap<>();
    while (scanner.next() == Token.NAME) {
      String name = scanner.text();
      Place at = here();
      scanner.next();
      Json value = value(path.name(name), depth + 1);
      Json.Member before = byName.put(name, new Json.Member(at, value));
      if (before != null) {
        String what = path.name(name) + " is written twice, first at " + before.place();
        findings.problem(at, what, "remove one of them");
      }
    }
    return new Json.Members(place, byName);
  }

  private Json elements(Path path, Place place, int depth) throws JsonScanner.Malformed {
    List<Json> values = new ArrayList<>();
    while (scanner.next() != Token.ARRAY_END) {
      values.add(value(path.index(values.size()), depth + 1));
    }
    return new Json.Elements(place, values);
  }

  private @Nullable Object scalar(Path path, Place place) {
    return switch (scanner.token()) {
      case STRING -> scanner.text();
      case NUMBER -> number(path, place);
      case TRUE -> true;
      case FALSE -> false;
      default -> null;
    };
  }

  private Number number(Path path, Place place) {
    Number value = scanner.number();
    if (value instanceof Double decimal && decimal.isInfinite()) {
      findings.problem(place, path + " is a number that is too large", null);
    }
    return value;
  }

  private Place here() {
    return new Place(scanner.line(), scanner.column());
  }
}
