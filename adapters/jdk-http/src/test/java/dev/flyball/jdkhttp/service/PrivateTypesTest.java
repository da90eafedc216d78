// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.annotation.Public;
import dev.flyball.jdkhttp.JdkHttpModule;
import dev.flyball.jdkhttp.JdkHttpServer;
import dev.flyball.jdkhttp.Query;
import dev.flyball.jdkhttp.Route;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A service in a package of its own, none of whose types are public. */
class PrivateTypesTest {

  enum Status {
    OPEN,
    IN_TRANSIT
  }

  record Number(int value) {
    public static Number of(String text) {
      return new Number(Integer.parseInt(text));
    }
  }

  static final class Name {
    private final String text;

    public Name(String text) {
      this.text = text;
    }
  }

  @Public(reason = "test")
  static final class Carts {

    @Route("GET /carts/{number}/{status}")
    String carts(Number number, Status status, @Query Name name) {
      return number.value() + " " + status + " " + name.text;
    }
  }

  @Test
  void argument_ofATypeThatIsNotPublic_isConverted() throws Exception {
    try (JdkHttpServer server = start()) {
      assertThat(get(server, "/carts/7/IN_TRANSIT?name=a").body()).isEqualTo("7 IN_TRANSIT a");
    }
  }

  @Test
  void enum_ofNoSuchConstant_isMalformedAndTheConstantsAreNamed() throws Exception {
    try (JdkHttpServer server = start()) {
      HttpResponse<String> reply = get(server, "/carts/7/open?name=a");
      assertThat(reply.statusCode()).isEqualTo(400);
      assertThat(reply.body())
          .contains("path variable status is malformed (expected: one of OPEN, IN_TRANSIT)");
    }
  }

  private static JdkHttpServer start() {
    return JdkHttpServer.builder()
        .port(0)
        .adminPort(0)
        .configure(governor ->
            governor
                .modules(List.of(new JdkHttpModule()))
                .directory(Path.of("target", "no-such-folder"))
                .settings(settings -> settings.environment(Map.of()).systemProperties(Map.of())))
        .routes(new Carts())
        .start();
  }

  private static HttpResponse<String> get(JdkHttpServer server, String target) throws Exception {
    URI uri = server.uri().resolve(target);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
