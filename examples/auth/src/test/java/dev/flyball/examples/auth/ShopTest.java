// SPDX-License-Identifier: Apache-2.0
package dev.flyball.examples.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.issuer.LocalIssuer;
import dev.flyball.jdkhttp.JdkHttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every answer that the page shows is the one that the service gives. */
class ShopTest {

  private static final Pattern ROW =
      Pattern.compile(
          "^\\| (\\w+) \\| `(\\w+) ([^`]+)` \\| `(\\d+) ([^`]+)` \\|$", Pattern.MULTILINE);

  @TempDir private static Path folder;

  private static LocalIssuer customers;
  private static LocalIssuer staff;
  private static JdkHttpServer service;
  private static String key;
  private static String keyOfAlice;

  /** A line of the table. */
  record Answer(String who, String method, String path, int status, String body) {

    @Override
    public String toString() {
      return who + " " + method + " " + path;
    }
  }

  @BeforeAll
  static void start() {
    customers = LocalIssuer.builder().port(0).audience("orders").start();
    staff = LocalIssuer.builder().port(0).audience("orders").start();
    String keys = folder.resolve("api-keys.json").toString();
    key = printed(() -> Shop.issueKey(keys, "billing", "orders:import")).strip();
    keyOfAlice = printed(() -> Shop.issueKey(keys, "alice", "orders:read")).strip();
    service =
        Shop.start(
            JdkHttpServer.builder()
                .port(0)
                .adminPort(0)
                .configure(governor ->
                    governor
                        .property("flyball.auth.issuers.customers.issuer", customers.issuer())
                        .property("flyball.auth.issuers.staff.issuer", staff.issuer())
                        .property("flyball.auth.api-keys.file", keys)),
            customers.issuer());
  }

  @AfterAll
  static void stop() {
    service.close();
    staff.close();
    customers.close();
  }

  static List<Answer> answers() throws Exception {
    Matcher row = ROW.matcher(Files.readString(Path.of("README.md")));
    List<Answer> answers =
        row.results()
            .map(each ->
                new Answer(
                    each.group(1),
                    each.group(2),
                    each.group(3),
                    Integer.parseInt(each.group(4)),
                    each.group(5)))
            .toList();
    assertThat(answers).hasSize(13);
    return answers;
  }

  @ParameterizedTest
  @MethodSource("answers")
  void answerOfThePage_isThatOfTheService(Answer expected) throws Exception {
    HttpResponse<String> answer = answer(expected.who(), expected.method(), expected.path());
    assertThat(answer.body().replaceAll(",\"traceId\":\"[0-9a-f]+\"", ""))
        .isEqualTo(expected.body());
    assertThat(answer.statusCode()).isEqualTo(expected.status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"namesake", "keyOfAlice"})
  void callerOfTheSameNameElsewhere_isNotTheCustomer(String who) throws Exception {
    assertThat(answer(who, "GET", "/me").body()).startsWith("alice by ");
    for (String path : List.of("/customers/alice/orders", "/orders/7")) {
      HttpResponse<String> answer = answer(who, "GET", path);
      assertThat(answer.statusCode()).as(path).isEqualTo(403);
      assertThat(answer.body()).as(path).contains("\"code\":\"denied\"");
    }
  }

  private static HttpResponse<String> answer(String who, String method, String path)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(service.uri().resolve(path))
            .header("Content-Type", "application/json")
            .method(
                method,
                method.equals("POST")
                    ? BodyPublishers.ofString("[\"a\",\"b\"]")
                    : BodyPublishers.noBody());
    return HttpClient.newHttpClient().send(identify(who, request).build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder identify(String who, HttpRequest.Builder request) {
    return switch (who) {
      case "alice", "bob" -> bearer(request, customers.token().subject(who).scopes("orders:read"));
      case "sam" -> bearer(request, staff.token().subject(who).scopes("support"));
      // the permission brings the call as far as the rule about owners
      case "namesake" ->
          bearer(request, staff.token().subject("alice").claim("permissions", "orders:read"));
      case "billing" -> request.header("X-API-Key", key);
      case "keyOfAlice" -> request.header("X-API-Key", keyOfAlice);
      default -> request;
    };
  }

  private static HttpRequest.Builder bearer(
      HttpRequest.Builder request, dev.flyball.issuer.TokenBuilder token) {
    return request.header("Authorization", "Bearer " + token.sign());
  }

  private static String printed(Runnable action) {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      action.run();
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
