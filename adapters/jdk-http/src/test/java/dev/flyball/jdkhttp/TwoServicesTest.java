// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.CallRecord;
import dev.flyball.annotation.Public;
import dev.flyball.httpclient.GovernedHttpClient;
import dev.flyball.observability.ObservabilityModule;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A governed service that calls another. */
class TwoServicesTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String INBOUND = "00-" + TRACE + "-b7ad6b7169203331-01";

  /** Calls the other service, on whichever thread the server has. */
  public static final class Front {

    private HttpClient client;
    private URI back;

    /** Passes on what the other says. */
    @Route("GET /front")
    @Public(reason = "test")
    public String front() throws Exception {
      return client.send(HttpRequest.newBuilder(back).build(), BodyHandlers.ofString()).body();
    }
  }

  /** Is called. */
  public static final class Back {

    /** Says something. */
    @Route("GET /back")
    @Public(reason = "test")
    public String back() {
      return "from the back";
    }
  }

  @Test
  void callThroughTwoServices_isOneTrace() throws Exception {
    List<CallRecord> atFront = new CopyOnWriteArrayList<>();
    List<CallRecord> atBack = new CopyOnWriteArrayList<>();
    Front front = new Front();
    try (JdkHttpServer backServer = serve(atBack, new Back());
        JdkHttpServer frontServer = serve(atFront, front)) {
      front.back = backServer.uri().resolve("/back");
      front.client =
          GovernedHttpClient.of(frontServer.governor(), HttpClient.newHttpClient(), "back");
      HttpRequest request =
          HttpRequest.newBuilder(frontServer.uri().resolve("/front"))
              .header("traceparent", INBOUND)
              .build();
      String answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
      assertThat(answer).isEqualTo("from the back");
      Awaitility.await().until(() -> atFront.size() == 2 && atBack.size() == 1);
    }
    assertThat(Stream.concat(atFront.stream(), atBack.stream()))
        .allSatisfy(record -> assertThat(record.trace().traceId()).isEqualTo(TRACE));
    assertThat(atBack.get(0).trace().parentSpanId()).isEqualTo(atFront.get(0).trace().spanId());
    assertThat(atFront.get(0).trace().parentSpanId()).isEqualTo(atFront.get(1).trace().spanId());
  }

  private static JdkHttpServer serve(List<CallRecord> records, Object routes) {
    return JdkHttpServer.builder()
        .port(0)
        .adminPort(0)
        .routes(routes)
        .configure(governor ->
            governor
                .modules(List.of(new JdkHttpModule(), new ObservabilityModule()))
                .directory(Path.of("target", "no-such-folder"))
                .settings(settings -> settings.environment(Map.of()).systemProperties(Map.of()))
                .callListener(records::add))
        .start();
  }
}
