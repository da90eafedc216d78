// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** Reads a JSON text into values that know their place. */
final class JsonReader {

  /** How deep a document may be nested. */
  static final int MAX_DEPTH = 200;

  /** How deep what is skipped may be: each level costs memory, and a text has room for millions. */
  private static final int MAX_SKIPPED_DEPTH = 100_000;

  // what is deeper than MAX_DEPTH is skipped without recursion, so that the rest is still checked
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(MAX_SKIPPED_DEPTH).build())
          .build();

  private final JsonParser parser;
  private final Findings findings;

  private JsonReader(JsonParser parser, Findings findings) {
    this.parser = parser;
    this.findings = findings;
  }

  /** The value, or null where the text is not JSON; why not is told to the findings. */
  static @Nullable Json read(String text, Findings findings) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      return new JsonReader(parser, findings).document();
    } catch (JacksonException e) {
      Place place = place(e.getLocation());
      findings.problem(place, "not JSON: " + firstLine(e.getOriginalMessage()), null);
      return null;
    }
  }

  private @Nullable Json document() {
    if (parser.nextToken() == null) {
      findings.problem(Place.START, "not JSON: the text is empty", null);
      return null;
    }
    Json value = value(Path.TOP, 0);
    if (parser.nextToken() != null) {
      findings.problem(here(), "not JSON: there is more after the end of the document", null);
      return null;
    }
    return value;
  }

  private Json value(Path path, int depth) {
    Place place = here();
    boolean isObject = parser.currentToken() == JsonToken.START_OBJECT;
    if (!isObject && parser.currentToken() != JsonToken.START_ARRAY) {
      return new Json.Scalar(place, scalar(path, place));
    }
    if (depth >= MAX_DEPTH) {
      String what = path + " is nested too deep (expected: at most " + MAX_DEPTH + " levels)";
      findings.problem(place, what, null);
      parser.skipChildren();
      return new Json.Scalar(place, null);
    }
    return isObject ? members(path, place, depth) : elements(path, place, depth);
  }

  private Json members(Path path, Place place, int depth) {
    Map<String, Json.Member> byName = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      Place at = here();
      parser.nextToken();
      Json value = value(path.name(name), depth + 1);
      Json.Member before = byName.put(name, new Json.Member(at, value));
      if (before != null) {
        String what = path.name(name) + " is written twice, first at " + before.place();
        findings.problem(at, what, "remove one of them");
      }
    }
    return new Json.Members(place, byName);
  }

  private Json elements(Path path, Place place, int depth) {
    List<Json> values = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      values.add(value(path.index(values.size()), depth + 1));
    }
    return new Json.Elements(place, values);
  }

  private @Nullable Object scalar(Path path, Place place) {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> parser.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> integer();
      case VALUE_NUMBER_FLOAT -> decimal(path, place);
      default -> null;
    };
  }

  private Object integer() {
    return switch (parser.getNumberType()) {
      case INT, LONG -> parser.getLongValue();
      default -> parser.getBigIntegerValue();
    };
  }

  private Object decimal(Path path, Place place) {
    double value = parser.getDoubleValue();
    if (Double.isInfinite(value)) {
      findings.problem(place, path + " is a number that is too large", null);
    }
    return value;
  }

  private Place here() {
    return place(parser.currentTokenLocation());
  }

  private static Place place(@Nullable TokenStreamLocation location) {
    return location == null || location.getLineNr() < 1
        ? Place.START
        : new Place(location.getLineNr(), Math.max(1, location.getColumnNr()));
  }

  private static String firstLine(@Nullable String message) {
    String text = message == null ? "" : message;
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }
}
