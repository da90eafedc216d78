// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.json.JsonScanner;
import dev.flyball.json.JsonScanner.Token;
import dev.flyball.json.JsonWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * API keys as JSON.
 *
 * <p>Read strictly: a member that is not known may be a limit that is mistyped, or one of a later
 * release, and ignoring it would give more than was meant.
 */
final class ApiKeyJson {

  /** Why a text holds no keys, and where. */
  static final class Broken extends Exception {

    private static final long serialVersionUID = 1L;

    /** Counted from 1. */
    private final int line;

    Broken(int line, String message) {
      super(message, null, false, false);
      this.line = line;
    }

    int line() {
      return line;
    }
  }

  private static final int DEEPEST = 8;
  private static final int LONGEST_NUMBER = 10;
  private static final Set<String> OF_KEY =
      Set.of("id", "owner", "client", "scopes", "services", "networks", "versions");
  private static final Set<String> OF_VERSION =
      Set.of("number", "hash", "status", "created", "expires");

  private ApiKeyJson() {}

  // ---- writing

  /** All keys, each on a line of its own, so that a change is a line that changes. */
  static byte[] write(Collection<ApiKey> keys) {
    StringBuilder text = new StringBuilder("{\"keys\":[");
    String separator = "\n";
    for (ApiKey key : keys) {
      text.append(separator).append(write(key));
      separator = ",\n";
    }
    return text.append("\n]}\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  /** One key; equal keys have one text. */
  static String write(ApiKey key) {
    JsonWriter json = new JsonWriter().beginObject();
    json.name("id").value(key.id()).name("owner").value(key.owner());
    if (key.client() != null) {
      json.name("client").value(key.client());
    }
    texts(json, "scopes", new TreeSet<>(key.scopes()));
    texts(json, "services", new TreeSet<>(key.services()));
    texts(json, "networks", key.networks());
    json.name("versions").beginArray();
    for (ApiKey.Version version : key.versions()) {
      json.beginObject();
      json.name("number").value(version.number());
      json.name("hash").value(version.hash());
      json.name("status").value(version.status().name().toLowerCase(Locale.ROOT));
      json.name("created").value(version.created().toString());
      json.name("expires").value(version.expires().toString());
      json.endObject();
    }
    return json.endArray().endObject().toString();
  }

  private static void texts(JsonWriter json, String name, Collection<String> values) {
    json.name(name).beginArray();
    for (String value : values) {
      json.value(value);
    }
    json.endArray();
  }

  // ---- reading

  /** All keys of a text, by their ids. */
  static Map<String, ApiKey> read(byte[] utf8) throws Broken {
    JsonScanner json = new JsonScanner(decode(utf8), DEEPEST, LONGEST_NUMBER);
    try {
      return keys(json);
    } catch (JsonScanner.Malformed e) {
      throw new Broken(e.line(), e.getMessage() + " in column " + e.column());
    }
  }

  /** One key. */
  static ApiKey readKey(String text) throws Broken {
    JsonScanner json = new JsonScanner(text, DEEPEST, LONGEST_NUMBER);
    try {
      json.next();
      ApiKey key = key(json);
      json.next(); // the end: refuses anything else
      return key;
    } catch (JsonScanner.Malformed e) {
      throw new Broken(e.line(), e.getMessage() + " in column " + e.column());
    }
  }

  private static Map<String, ApiKey> keys(JsonScanner json) throws Broken, JsonScanner.Malformed {
    Map<String, ApiKey> keys = new LinkedHashMap<>();
    expect(json, json.next(), Token.OBJECT);
    expect(json, json.next(), Token.NAME);
    if (!json.text().equals("keys")) {
      throw new Broken(json.line(), "the first member is not keys (expected: {\"keys\":[...]})");
    }
    expect(json, json.next(), Token.ARRAY);
    while (json.next() != Token.ARRAY_END) {
      int line = json.line();
      ApiKey key = key(json);
      if (keys.put(key.id(), key) != null) {
        throw new Broken(line, "the key " + key.id() + " is there twice");
      }
    }
    expect(json, json.next(), Token.OBJECT_END);
    json.next(); // the end: refuses anything else
    return keys;
  }

  private static ApiKey key(JsonScanner json) throws Broken, JsonScanner.Malformed {
    int line = json.line();
    Map<String, Object> members = members(json, OF_KEY);
    try {
      List<ApiKey.Version> versions = new ArrayList<>();
      for (Object version : list(members, "versions")) {
        versions.add((ApiKey.Version) version);
      }
      return new ApiKey(
          text(members, "id"),
          text(members, "owner"),
          members.containsKey("client") ? text(members, "client") : null,
          texts(members, "scopes"),
          texts(members, "services"),
          new ArrayList<>(texts(members, "networks")),
          versions);
    } catch (IllegalArgumentException | ClassCastException e) {
      throw new Broken(line, "a key is wrong: " + wrong(e));
    }
  }

  private static ApiKey.Version version(JsonScanner json) throws Broken, JsonScanner.Malformed {
    int line = json.line();
    Map<String, Object> members = members(json, OF_VERSION);
    try {
      return new ApiKey.Version(
          Math.toIntExact((Long) required(members, "number")),
          text(members, "hash"),
          status(text(members, "status")),
          Instant.parse(text(members, "created")),
          Instant.parse(text(members, "expires")));
    } catch (IllegalArgumentException
        | ClassCastException
        | ArithmeticException
        | DateTimeException e) {
      throw new Broken(line, "a version of a key is wrong: " + wrong(e));
    }
  }

  /** Messages of casts are about classes, which says nothing to who wrote the file. */
  private static String wrong(RuntimeException e) {
    return e instanceof ClassCastException
        ? "a value has another type than it should"
        : String.valueOf(e.getMessage());
  }

  private static ApiKey.Status status(String text) {
    for (ApiKey.Status status : ApiKey.Status.values()) {
      if (status.name().toLowerCase(Locale.ROOT).equals(text)) {
        return status;
      }
    }
    throw new IllegalArgumentException("its status is none (expected: active, grace or revoked)");
  }

  private static Map<String, Object> members(JsonScanner json, Set<String> known)
      throws Broken, JsonScanner.Malformed {
    expect(json, json.token(), Token.OBJECT);
    Map<String, Object> members = new LinkedHashMap<>();
    while (json.next() == Token.NAME) {
      String name = json.text();
      if (!known.contains(name)) {
        throw new Broken(
            json.line(), "a member is not known (expected: one of " + new TreeSet<>(known) + ")");
      }
      json.next();
      if (members.put(name, value(json)) != null) {
        throw new Broken(json.line(), "the member " + name + " is there twice");
      }
    }
    return members;
  }

  /** A text, a whole number, a list of texts, or a list of versions. */
  private static Object value(JsonScanner json) throws Broken, JsonScanner.Malformed {
    return switch (json.token()) {
      case STRING -> json.text();
      case NUMBER -> json.number();
      case ARRAY -> elements(json);
      default -> throw new Broken(json.line(), "a text, number or list is missing");
    };
  }

  private static List<Object> elements(JsonScanner json) throws Broken, JsonScanner.Malformed {
    List<Object> elements = new ArrayList<>();
    while (json.next() != Token.ARRAY_END) {
      elements.add(json.token() == Token.OBJECT ? version(json) : value(json));
    }
    return elements;
  }

  private static Object required(Map<String, Object> members, String name) {
    Object value = members.get(name);
    if (value == null) {
      throw new IllegalArgumentException("it has no " + name);
    }
    return value;
  }

  private static String text(Map<String, Object> members, String name) {
    return (String) required(members, name);
  }

  private static List<?> list(Map<String, Object> members, String name) {
    return (List<?>) required(members, name);
  }

  private static Set<String> texts(Map<String, Object> members, String name) {
    Set<String> texts = new java.util.LinkedHashSet<>();
    for (Object each : list(members, name)) {
      texts.add((String) each);
    }
    return texts;
  }

  private static void expect(JsonScanner json, @Nullable Token found, Token expected)
      throws Broken {
    if (found != expected) {
      throw new Broken(json.line(), "found " + found + " (expected: " + expected + ")");
    }
  }

  private static String decode(byte[] utf8) throws Broken {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new Broken(1, "it is not UTF-8");
    }
  }
}
