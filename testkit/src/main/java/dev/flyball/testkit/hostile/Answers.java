// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import static dev.flyball.testkit.hostile.Expected.ANY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.testkit.contract.RawHttp.Reply;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What refusals look like from outside (row 82): a problem of RFC 9457, the headers of RFC 6750 and
 * RFC 9110, and nothing of what was sent or of what runs inside.
 */
final class Answers {

  private static final String MEDIA_TYPE = "application/problem+json";
  private static final Set<String> RFC_6750_ERRORS =
      Set.of("invalid_request", "invalid_token", "insufficient_scope");
  private static final Set<String> RFC_9449_ERRORS =
      Set.of("invalid_dpop_proof", "use_dpop_nonce", "invalid_token", "insufficient_scope");
  private static final Pattern CHALLENGE =
      Pattern.compile("(?<scheme>[A-Za-z]+) (?<parameters>\\w+=\"[^\"]*\"(?:, ?\\w+=\"[^\"]*\")*)");
  private static final Pattern INSIDES =
      Pattern.compile(
          "\\w+(?:Exception|Error)\\b|\\bat [\\w.$]+\\(|\\b(?:java|javax|jakarta|dev\\.flyball"
              + "|tools\\.jackson|com\\.nimbusds|org\\.apache|org\\.eclipse)\\.\\w");
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Answers() {}

  /** Whether the service refused, rather than its host. */
  static boolean isProblem(Reply reply) {
    return MEDIA_TYPE.equals(reply.header("Content-Type"));
  }

  /** The members of a JSON object in which no name comes twice and behind which nothing stands. */
  static Map<String, Object> object(String json) {
    return STRICT.readValue(json, new TypeReference<Map<String, Object>>() {});
  }

  /** Checks the whole answer to an attack. */
  static void check(Reply reply, Expected expected) {
    assertThat(reply.status()).as("%s", reply).isIn(expected.statuses());
    assertThat(reply.header("Content-Type")).as("%s", reply).isEqualTo(MEDIA_TYPE);
    assertThat(reply.isComplete()).as("the body comes to its end").isTrue();
    checkBody(reply);
    checkChallenge(reply, expected);
    if (reply.status() == 429 || reply.status() == 503) {
      assertThat(reply.header("Retry-After")).as("Retry-After").matches("\\d+");
    }
    assertThat(reply.body()).as("the body shows the inside").doesNotContainPattern(INSIDES);
  }

  /** Nothing of what was sent, and of what it says, comes back. */
  static void checkNothingLeaks(Reply reply, List<String> secrets) {
    String answer = reply.toString();
    for (String secret : secrets) {
      assertThat(answer).as("the answer repeats what was sent").doesNotContain(secret);
    }
  }

  private static void checkBody(Reply reply) {
    if (reply.body().isEmpty()) {
      return; // HEAD
    }
    Map<String, Object> problem = object(reply.body());
    assertThat(problem).as("RFC 9457").containsKeys("type", "title", "status", "code");
    assertThat(problem.get("status")).as("status").isEqualTo(reply.status());
    assertThat(String.valueOf(problem.get("title"))).as("title").isNotBlank();
    assertThat(String.valueOf(problem.get("code"))).as("code").matches("[a-z][a-z0-9_]*");
    assertThat(URI.create(String.valueOf(problem.get("type")))).as("type").isNotNull();
    assertThat(problem.getOrDefault("detail", "")).as("detail").isInstanceOf(String.class);
  }

  private static void checkChallenge(Reply reply, Expected expected) {
    String header = reply.header("WWW-Authenticate");
    if (reply.status() == 401) {
      assertThat(header).as("a 401 has a challenge").isNotNull();
    }
    if (header == null) {
      assertThat(expected.error(reply.status())).as("error of no challenge").isIn(null, ANY);
      return;
    }
    Matcher challenge = CHALLENGE.matcher(header);
    assertThat(challenge.lookingAt()).as("challenge %s", header).isTrue();
    String scheme = challenge.group("scheme").toLowerCase(Locale.ROOT);
    String error = parameter(header, "error");
    assertThat(scheme).as("scheme of %s", header).isIn("bearer", "dpop", "apikey");
    if (!ANY.equals(expected.error(reply.status()))) {
      assertThat(error).as("error of %s", header).isEqualTo(expected.error(reply.status()));
    }
    if (error != null) {
      assertThat(error).isIn(scheme.equals("dpop") ? RFC_9449_ERRORS : RFC_6750_ERRORS);
    }
    if (Objects.equals(error, "insufficient_scope")) {
      assertThat(parameter(header, "scope")).as("scope of %s", header).isNotBlank();
    }
  }

  private static @Nullable String parameter(String header, String name) {
    Matcher matcher = Pattern.compile("\\b" + name + "=\"([^\"]*)\"").matcher(header);
    return matcher.find() ? matcher.group(1) : null;
  }
}
