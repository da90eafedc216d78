// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProblemTest {

  /** The table of the design, row by row. */
  @ParameterizedTest
  @CsvSource({
    "INVALID_REQUEST,400,INVALID_ARGUMENT,BAD_REQUEST,Client,CLIENT_ERROR",
    "CREDENTIALS_MISSING,401,UNAUTHENTICATED,UNAUTHORIZED,Client,REFUSED",
    "INVALID_TOKEN,401,UNAUTHENTICATED,UNAUTHORIZED,Client,REFUSED",
    "INSUFFICIENT_SCOPE,403,PERMISSION_DENIED,FORBIDDEN,Client,REFUSED",
    "DENIED,403,PERMISSION_DENIED,FORBIDDEN,Client,REFUSED",
    "METHOD_NOT_ALLOWED,405,UNIMPLEMENTED,BAD_REQUEST,Client,CLIENT_ERROR",
    "FEATURE_OFF,404,UNIMPLEMENTED,NOT_FOUND,Client,CLIENT_ERROR",
    "NOT_FOUND,404,NOT_FOUND,NOT_FOUND,Client,CLIENT_ERROR",
    "TOO_LARGE,413,RESOURCE_EXHAUSTED,BAD_REQUEST,Client,CLIENT_ERROR",
    "UNSUPPORTED_MEDIA_TYPE,415,INVALID_ARGUMENT,BAD_REQUEST,Client,CLIENT_ERROR",
    "THROTTLED,429,RESOURCE_EXHAUSTED,BAD_REQUEST,Client,CLIENT_ERROR",
    "INTERNAL,500,INTERNAL,INTERNAL_ERROR,Server,SERVER_ERROR",
    "OVERLOADED,503,UNAVAILABLE,INTERNAL_ERROR,Server,SERVER_ERROR",
    "KEYS_UNAVAILABLE,503,UNAVAILABLE,INTERNAL_ERROR,Server,SERVER_ERROR",
    "TIMEOUT,504,DEADLINE_EXCEEDED,INTERNAL_ERROR,Server,TIMEOUT",
  })
  void kind_isMappedOnceForEveryProtocol(
      Problem.Kind kind,
      int status,
      String grpc,
      String graphql,
      String soap,
      Outcome.Kind outcome) {
    Problem problem = Problem.of(kind, "detail");

    assertThat(problem.status()).isEqualTo(status);
    assertThat(kind.grpcStatus()).isEqualTo(grpc);
    assertThat(kind.graphqlCode()).isEqualTo(graphql);
    assertThat(kind.soapFault()).isEqualTo(soap);
    assertThat(problem.code()).isEqualTo(kind.name().toLowerCase(java.util.Locale.ROOT));
    assertThat(Outcome.of(problem, null)).isEqualTo(new Outcome(outcome, status, null));
  }

  @Test
  void table_hasEveryKind() {
    assertThat(Stream.of(Problem.Kind.values())).hasSize(15);
  }

  @Test
  void body_isThatOfRfc9457() {
    Problem problem = Problem.of(Problem.Kind.THROTTLED, "quota_used_up", "try \"later\"\n");
    JsonNode json =
        JsonMapper.shared().readTree(problem.toJson("0af7651916cd43dd8448eb211c80319c"));

    assertThat(json.get("type").asString()).isEqualTo("about:blank");
    assertThat(json.get("title").asString()).isEqualTo("Too Many Requests");
    assertThat(json.get("status").asInt()).isEqualTo(429);
    assertThat(json.get("code").asString()).isEqualTo("quota_used_up");
    assertThat(json.get("detail").asString()).isEqualTo("try \"later\"\n");
    assertThat(json.get("traceId").asString()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(json.size()).isEqualTo(6);
    assertThat(JsonMapper.shared().readTree(problem.toJson(null)).has("traceId")).isFalse();
  }

  @Test
  void headers_areAddedToACopy() {
    Problem plain = Problem.of(Problem.Kind.INVALID_TOKEN, "expired");
    Problem challenged =
        plain.withHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"").withHeader("A", "b");

    assertThat(plain.headers()).isEmpty();
    assertThat(challenged.headers())
        .containsExactly(
            new Header("WWW-Authenticate", "Bearer error=\"invalid_token\""), new Header("A", "b"));
    assertThat(challenged.kind()).isEqualTo(Problem.Kind.INVALID_TOKEN);
    assertThat(challenged).hasToString("401 invalid_token: expired");
    assertThatThrownBy(() -> plain.withHeader("X", "a\nb"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void exception_saysWhatItsProblemSays() {
    Problem problem = Problem.of(Problem.Kind.NOT_FOUND, "no such order");

    assertThat(new ProblemException(problem))
        .hasMessage("404 not_found: no such order")
        .hasNoCause();
    assertThat(new ProblemException(problem, new IllegalStateException("x")).problem())
        .isSameAs(problem);
    assertThatThrownBy(() -> new ProblemException(null)).hasMessage("problem");
  }

  @ParameterizedTest
  @CsvSource({
    "100,OK",
    "200,OK",
    "204,OK",
    "304,OK",
    "400,CLIENT_ERROR",
    "401,REFUSED",
    "403,REFUSED",
    "404,CLIENT_ERROR",
    "418,CLIENT_ERROR",
    "499,CLIENT_ERROR",
    "500,SERVER_ERROR",
    "503,SERVER_ERROR",
    "504,TIMEOUT",
    "599,SERVER_ERROR"
  })
  void statusOfHttp_isAnOutcome(int status, Outcome.Kind kind) {
    assertThat(Outcome.http(status)).isEqualTo(new Outcome(kind, status, null));
  }

  @Test
  void clientThatWentAway_isCancelled() {
    assertThat(Outcome.cancelled(null)).isEqualTo(new Outcome(Outcome.Kind.CANCELLED, 499, null));
    assertThat(Outcome.http(200, new IllegalStateException()).error()).isNotNull();
  }
}
