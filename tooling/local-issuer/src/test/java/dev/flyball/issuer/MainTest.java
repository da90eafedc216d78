// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class MainTest {

  @Test
  void process_saysHowToGetAToken_andGivesIt() throws Exception {
    Process process = run(Map.of("AUDIENCE", "orders"), "0");
    try (BufferedReader output = process.inputReader()) {
      String url = output.readLine().substring("issuer  ".length());
      assertThat(output.readLine()).isEqualTo("keys    " + url + "/jwks");
      String hint = output.readLine();
      assertThat(hint).startsWith("token   curl -s -d ").endsWith(" " + url + "/token");
      assertThat(output.readLine()).contains("loopback only");

      Map<String, Object> claims = Client.claims(tokenAsHinted(hint));
      assertThat(claims)
          .containsEntry("iss", url)
          .containsEntry("sub", "me")
          .containsEntry("aud", "orders")
          .containsEntry("scope", "orders:read");
      assertThat(process.isAlive()).isTrue();
    } finally {
      process.destroy();
    }
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void process_withABadPort_saysSoAndFails() throws Exception {
    Process process = run(Map.of("PORT", "many"));
    try (BufferedReader errors = process.errorReader()) {
      assertThat(errors.readLine())
          .isEqualTo("flyball-local-issuer: port many (expected: from 0 to 65535)");
    }
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
  }

  @Test
  void arguments_goBeforeVariables() {
    Map<String, String> variables = Map.of("PORT", "1", "AUDIENCE", "orders");
    try (LocalIssuer issuer = Main.start(new String[] {"0", "billing"}, variables)) {
      assertThat(Client.claims(issuer.token().sign())).containsEntry("aud", "billing");
    }
    assertThatThrownBy(() -> Main.start(new String[] {"70000"}, variables))
        .hasMessage("port 70000 (expected: from 0 to 65535)");
  }

  private static Process run(Map<String, String> variables, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(variables);
    return builder.start();
  }

  private static String tokenAsHinted(String hint) throws Exception {
    List<String> parameters = new ArrayList<>();
    String[] words = hint.split(" ");
    for (int i = 0; i < words.length; i++) {
      if (words[i].equals("-d")) {
        parameters.add(words[i + 1]);
      }
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(words[words.length - 1]))
            .header("Content-Type", Client.FORM)
            .POST(BodyPublishers.ofString(String.join("&", parameters)))
            .build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    return (String) Client.parse(response.body()).get("access_token");
  }
}
