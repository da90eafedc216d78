// SPDX-License-Identifier: Apache-2.0
package dev.flyball.examples.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.issuer.LocalIssuer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every endpoint is governed, and every reply of the page is the one that the service gives. */
class ShopTest {

  private static final String ISSUER = "flyball.auth.issuers.local.issuer";
  private static final Pattern BLOCK =
      Pattern.compile("^```console\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

  private static LocalIssuer issuer;
  private static Server server;
  private static URI service;

  /** A command of the page and what it says comes back. */
  record Try(String command, String reply) {

    @Override
    public String toString() {
      return command;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    issuer = LocalIssuer.builder().port(0).audience("orders").start();
    System.setProperty(ISSUER, issuer.issuer());
    server = Shop.start(0);
    int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    service = URI.create("http://127.0.0.1:" + port);
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
    issuer.close();
    System.clearProperty(ISSUER);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /orders/7, 401",
    "HEAD, /orders/7, 401",
    "PUT, /orders/7, 401",
    "DELETE, /orders/7, 403",
    "POST, /orders/7, 405",
    "OPTIONS, /orders/7, 405",
    "GET, /ping, 200",
    "POST, /ping, 405"
  })
  void everyMethod_isDecided(String method, String path, int status) throws Exception {
    HttpResponse<String> reply =
        send(HttpRequest.newBuilder(service.resolve(path)).method(method, BodyPublishers.noBody()));
    assertThat(reply.statusCode()).isEqualTo(status);
    assertThat(reply.headers().firstValue("Content-Type").orElse(""))
        .isEqualTo(status == 200 ? "text/plain;charset=iso-8859-1" : "application/problem+json");
  }

  static List<Try> tries() throws Exception {
    List<Try> tries = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(Path.of("README.md")));
    while (block.find()) {
      for (String part : block.group(1).split("(?m)^\\$ ")) {
        int end = part.indexOf('\n');
        if (end > 0) {
          tries.add(new Try(part.substring(0, end), part.substring(end + 1).strip()));
        }
      }
    }
    assertThat(tries).isNotEmpty();
    return tries;
  }

  @ParameterizedTest
  @MethodSource("tries")
  void replyOfThePage_isThatOfTheService(Try tried) throws Exception {
    if (tried.command().startsWith("TOKEN=")) {
      assertThat(tried.command()).contains(":9000/token", "scope='orders:read orders:write'");
      return;
    }
    assertThat(bland(curl(tried.command()))).isEqualTo(bland(tried.reply()));
  }

  /** The few words of curl that the page uses. */
  private static String curl(String command) throws Exception {
    List<String> words = WORD.matcher(command).results().map(ShopTest::word).toList();
    assertThat(words.get(0)).isEqualTo("curl");
    HttpRequest.Builder request = HttpRequest.newBuilder();
    String method = "GET";
    String body = "";
    boolean head = false;
    for (int i = 1; i < words.size(); i++) {
      switch (words.get(i)) {
        case "-i" -> head = true;
        case "-X" -> method = words.get(++i);
        case "-d" -> body = words.get(++i);
        case "-H" -> {
          String[] header = words.get(++i).replace("$TOKEN", token()).split(": ", 2);
          request.header(header[0], header[1]);
        }
        default -> request.uri(service.resolve(URI.create("http://" + words.get(i)).getPath()));
      }
    }
    HttpResponse<String> reply = send(request.method(method, BodyPublishers.ofString(body)));
    return head ? head(reply) + reply.body() : reply.body();
  }

  private static String word(MatchResult word) {
    for (int i = 1; i <= 3; i++) {
      if (word.group(i) != null) {
        return word.group(i);
      }
    }
    throw new AssertionError(word);
  }

  private static String head(HttpResponse<String> reply) {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + reply.statusCode() + "\n");
    new TreeMap<>(reply.headers().map())
        .forEach(
            (name, values) -> head.append(name).append(": ").append(values.get(0)).append('\n'));
    return head.append('\n').toString();
  }

  /** Without what differs each time, and without order and case of headers. */
  private static String bland(String reply) {
    String[] parts = reply.replace("\r", "").strip().split("\n\n", 2);
    boolean headed = parts[0].startsWith("HTTP/");
    String last = headed && parts.length == 1 ? "" : parts[parts.length - 1];
    String body = last.replaceAll("\"traceId\":\"[0-9a-f]*\"", "");
    if (!headed) {
      return body;
    }
    List<String> lines =
        parts[0]
            .lines()
            .map(line -> line.replaceAll("^(HTTP/1.1 \\d+).*", "$1"))
            .map(line -> line.matches("(?i)(date|server):.*") ? "" : line)
            .map(line -> line.contains(":") ? lowerName(line) : line)
            .sorted()
            .toList();
    return String.join("\n", lines).strip() + "\n\n" + body;
  }

  private static String lowerName(String line) {
    int colon = line.indexOf(':');
    return line.substring(0, colon).toLowerCase() + line.substring(colon);
  }

  private static String token() throws Exception {
    String form =
        "grant_type=client_credentials&client_id=alice&scope=orders%3Aread+orders%3Awrite";
    HttpResponse<String> reply =
        send(
            HttpRequest.newBuilder(URI.create(issuer.url() + "/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    return reply.body().replaceAll(".*\"access_token\":\"([^\"]*)\".*", "$1");
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }
}
