// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import dev.flyball.issuer.Algorithm;
import dev.flyball.issuer.TokenBuilder;
import dev.flyball.testkit.Vectors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Rows 14 to 20: how tokens are written (RFC 7515, RFC 8259). */
final class FormRows {

  private static final String[] SEGMENTS = {"header", "payload", "signature"};

  private FormRows() {}

  static List<Row> all() {
    return List.of(
        alphabet(), spareBits(), headers(), duplicates(), payloads(), sizes(), critical());
  }

  private static Row alphabet() {
    Map<String, String> strange = new LinkedHashMap<>();
    strange.put("space", " ");
    strange.put("?", "?");
    strange.put("#", "#");
    strange.put("=", "=");
    strange.put("+", "+");
    strange.put("/", "/");
    strange.put("%41", "%41");
    Row row = Row.of(14, "characters that are not base64url");
    for (int i = 0; i < SEGMENTS.length; i++) {
      int segment = i;
      strange.forEach((name, text) ->
          row.token(
              name + " in the " + SEGMENTS[segment],
              t -> Segments.insert(t.sign(), segment, text),
              "malformed"));
      row.token(
          "CR LF in the " + SEGMENTS[segment],
          t -> Segments.insert(t.sign(), segment, "\r\n "),
          Expected.invalidToken().orByHost());
      row.token(
          "padding behind the " + SEGMENTS[segment],
          t -> Segments.append(t.sign(), segment, "="),
          "malformed");
      row.token(
          "one character too many in the " + SEGMENTS[segment],
          t -> impossibleLength(t.sign(), segment),
          "malformed");
      row.token(
          "tail bits in the " + SEGMENTS[segment],
          t -> Segments.withSpareBit(withSpareBits(t, segment), segment),
          "malformed");
    }
    return row;
  }

  /** No bytes have a form of length 4n + 1. */
  private static String impossibleLength(String token, int segment) {
    String part = token.split("\\.", -1)[segment];
    int missing = (4 - part.length() % 4) % 4;
    return Segments.append(token, segment, "A".repeat(missing) + "A");
  }

  /** A good token of which a segment has bits that say nothing. */
  private static String withSpareBits(TokenBuilder token, int segment) {
    String filler = "";
    String signed = token.sign();
    while (!Segments.hasSpareBits(signed, segment)) {
      filler += "x";
      signed = token.header("ver", filler).claim("ver", filler).sign();
    }
    return signed;
  }

  private static Row spareBits() {
    Row row = Row.of(15, "last character changed, same bytes");
    for (Algorithm algorithm : List.of(Algorithm.RS256, Algorithm.ES256, Algorithm.EDDSA)) {
      row.token(
          algorithm.id(),
          t -> Segments.withSpareBit(t.algorithm(algorithm).sign(), 2),
          "malformed");
    }
    return row;
  }

  private static Row headers() {
    Row row = Row.of(16, "headers that are no JSON object");
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("no JSON", "alg=RS256");
    headers.put("an array", "[]");
    headers.put("a string", "\"RS256\"");
    headers.put("a number", "7");
    headers.put("null", "null");
    headers.put("nothing", " ");
    headers.put("duplicate alg", "{\"alg\":\"none\",\"alg\":\"RS256\"}");
    headers.put("duplicate alg, escaped", "{\"alg\":\"none\",\"\\u0061lg\":\"RS256\"}");
    headers.put("duplicate kid", "{\"alg\":\"RS256\",\"kid\":\"a\",\"kid\":\"b\"}");
    headers.put("BOM", "\uFEFF{\"alg\":\"RS256\"}");
    headers.put("NUL behind it", "{\"alg\":\"RS256\"}\u0000");
    headers.put("NUL inside", "{\"alg\":\"RS256\u0000\"}");
    headers.put("lone surrogate", "{\"alg\":\"RS256\",\"x\":\"\\ud800\"}");
    headers.put("data behind it", "{\"alg\":\"RS256\"}{}");
    headers.put("comma behind the last member", "{\"alg\":\"RS256\",}");
    headers.put("comment", "{\"alg\":\"RS256\"/* */}");
    headers.put("single quotes", "{'alg':'RS256'}");
    headers.put("nested 1000", "{\"alg\":\"RS256\",\"x\":" + nested(1_000) + "}");
    headers.put("200 members", "{\"alg\":\"RS256\"" + members(200) + "}");
    headers.forEach(
        (name, header) -> row.token(name, t -> t.forge().rawHeader(header), "malformed"));
    return row.token(
            "not UTF-8",
            t -> t.forge().raw(new byte[] {'{', (byte) 0xFF, '}'}, new byte[] {'{', '}'}),
            "malformed")
        .token(
            "nested 10,000",
            t -> t.forge().rawHeader("{\"alg\":\"RS256\",\"x\":" + nested(10_000) + "}"),
            Expected.invalidToken("malformed", "too_large").orByHost())
        .token(
            "a string of 1 MB",
            t -> t.forge().rawHeader("{\"alg\":\"" + "R".repeat(1_000_000) + "\"}"),
            Expected.invalidToken("malformed", "too_large").orByHost());
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  private static String members(int count) {
    StringBuilder members = new StringBuilder();
    for (int i = 0; i < count; i++) {
      members.append(",\"x").append(i).append("\":1");
    }
    return members.toString();
  }

  private static Row duplicates() {
    return Row.of(17, "claims that come twice")
        .token("sub", twice("sub", "\"root\""), "duplicate_claim")
        .token("sub, escaped", twice("s\\u0075b", "\"root\""), "duplicate_claim")
        .token("exp", twice("exp", "9999999999"), "duplicate_claim")
        .token("aud", twice("aud", "\"other\""), "duplicate_claim")
        .token("iss", twice("iss", "\"https://other.example\""), "duplicate_claim")
        .token("scope", twice("scope", "\"admin\""), "duplicate_claim")
        .token(
            "inside an object",
            t -> t.forge().rawPayload(behind(t, "\"act\":{\"sub\":\"a\",\"sub\":\"b\"}")),
            "duplicate_claim");
  }

  private static Function<TokenBuilder, String> twice(String name, String value) {
    return t -> t.scopes("one").forge().rawPayload(behind(t, "\"" + name + "\":" + value));
  }

  /** The payload with one more member at its end. */
  private static String behind(TokenBuilder token, String member) {
    String payload = Segments.decode(token.sign(), 1);
    return payload.substring(0, payload.length() - 1) + "," + member + "}";
  }

  // ---- payloads

  private static final List<String> NO_OBJECTS =
      List.of(
          "",
          " ",
          "hello",
          "[1]",
          "\"x\"",
          "1",
          "null",
          "true",
          "{",
          "}",
          "{}}",
          "{\"a\"}",
          "{\"a\":}",
          "{\"a\":1,}",
          "{,\"a\":1}",
          "{\"a\":1 \"b\":2}",
          "{a:1}",
          "{'a':1}",
          "{\"a\":01}",
          "{\"a\":+1}",
          "{\"a\":.5}",
          "{\"a\":1.}",
          "{\"a\":1e}",
          "{\"a\":0x1}",
          "{\"a\":NaN}",
          "{\"a\":Infinity}",
          "{\"a\":-}",
          "{\"a\":tru}",
          "{\"a\":True}",
          "{\"a\":\"\\x\"}",
          "{\"a\":\"\\u12\"}",
          "{\"a\":\"\t\"}",
          "{\"a\":\"\n\"}",
          "{\"a\":\"",
          "{\"a\":1}{}",
          "{\"a\":1}x",
          "{\"a\":1}\u0000",
          "{\"a\":1//c\n}",
          "\uFEFF{\"a\":1}",
          "{\"a\":[1}",
          "{\"a\":[1,]}",
          "{\"a\":{}",
          "{\"a\":\"\\ud800\"}",
          "{1:1}",
          "{\"a\"\u00a0:1}");

  private static Row payloads() {
    return Row.of(18, "payloads that are no JSON, well signed")
        .each(
            NO_OBJECTS.size() + " texts",
            (service, target) -> {
              for (String text : NO_OBJECTS) {
                malformed(service, target, text.getBytes(StandardCharsets.UTF_8));
              }
            })
        .once("the n_ files of the JSONTestSuite, where they are", FormRows::testSuite);
  }

  private static void malformed(Attacked service, HostileTarget target, byte[] payload)
      throws Exception {
    byte[] header =
        Segments.decode(service.token(target).sign(), 0).getBytes(StandardCharsets.UTF_8);
    service.refuses(
        target,
        Expected.invalidToken("malformed", "too_large").orByHost(),
        Attacked.bearer(service.token(target).forge().raw(header, payload)));
  }

  private static void testSuite(Attacked service, HostileTarget target) throws Exception {
    for (Path file : filesOfTheTestSuite()) {
      malformed(service, target, Files.readAllBytes(file));
    }
  }

  private static List<Path> filesOfTheTestSuite() throws IOException {
    Path folder = Vectors.path("observability/json-test-suite/test_parsing");
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> sorted = new ArrayList<>(files.sorted().toList());
      sorted.removeIf(file -> !file.getFileName().toString().startsWith("n_"));
      return sorted;
    }
  }

  // ---- sizes

  private static Row sizes() {
    Expected tooLarge = Expected.invalidToken("too_large").orByHost();
    return Row.of(19, "tokens and headers that are too large")
        .token("9 KB", t -> t.paddedTo(9 * 1024).sign(), tooLarge)
        .token("16 KB and a byte", t -> t.paddedTo(16 * 1024 + 1).sign(), tooLarge)
        .token("1 MB", t -> t.paddedTo(1024 * 1024).sign(), tooLarge)
        .each(
            "another header line of 64 KB",
            (service, target) ->
                service.refuses(
                    target,
                    Expected.noCredential().orByHost(),
                    "X-Filler: " + "x".repeat(64 * 1024)));
  }

  private static Row critical() {
    return Row.of(20, "critical headers")
        .token("exp", t -> t.forge().crit("exp"), "crit_unsupported")
        .token("none", t -> t.header("crit", List.of()).sign(), "crit_unsupported")
        .token("unknown", t -> t.forge().crit("urn:example:unknown"), "crit_unsupported")
        .token("no array", t -> t.header("crit", "exp").sign(), "crit_unsupported")
        .token("null", t -> t.header("crit", null).sign(), "crit_unsupported")
        .token(
            "b64",
            t -> t.header("b64", false).header("crit", List.of("b64")).sign(),
            "crit_unsupported")
        .token("b64 without crit", t -> t.header("b64", false).sign(), "header_forbidden");
  }
}
