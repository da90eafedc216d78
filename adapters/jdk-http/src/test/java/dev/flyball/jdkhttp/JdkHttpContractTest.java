// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import com.sun.net.httpserver.HttpHandler;
import dev.flyball.Governor;
import dev.flyball.annotation.Public;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.testkit.contract.AdapterContract;
import dev.flyball.testkit.contract.ContractHost;
import dev.flyball.testkit.contract.ContractService;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The adapter passes the contract on the server of the JDK. */
class JdkHttpContractTest extends AdapterContract {

  @Override
  protected ContractHost start(ContractService service) {
    Governor governor = service.governor(new JdkHttpModule()).build();
    JdkHttpServer server =
        JdkHttpServer.builder()
            .governor(governor)
            .port(0)
            .adminPort(0)
            .routes(new Operations(service))
            .context("/contract-host", answering())
            .context("/contract-declared", answering())
            .start();
    return new Host(server);
  }

  static HttpHandler answering() {
    return exchange -> {
      boolean refuses = exchange.getRequestURI().getPath().endsWith("/refuse");
      exchange.sendResponseHeaders(refuses ? 403 : 200, -1);
      exchange.close();
    };
  }

  record Host(JdkHttpServer server) implements ContractHost {

    @Override
    public URI uri() {
      return server.uri();
    }

    @Override
    public Governor governor() {
      return server.governor();
    }

    @Override
    public Map<Integer, String> impossible() {
      return Map.of(
          18, "the server of the JDK has no forward and no include",
          19, "the server of the JDK has no error dispatch");
    }

    @Override
    public void close() {
      server.close();
    }
  }

  @Public(reason = "contract")
  static final class Operations {

    private final ContractService service;

    Operations(ContractService service) {
      this.service = service;
    }

    @Route("GET /contract/open")
    String open() {
      return service.open();
    }

    @Route("GET /contract/guarded/{id}")
    @RequiresScope("contract:read")
    String guarded(String id) {
      return service.guarded(id);
    }

    @Route("OPTIONS /contract/preflight")
    String preflight() {
      return service.preflight();
    }

    @Route("POST /contract/upload")
    @RequiresScope("contract:write")
    String upload(InputStream body) throws IOException {
      return service.upload(body);
    }

    @Route("GET /contract/fail")
    String fail() {
      return service.fail();
    }

    @Route("GET /contract/fail-late")
    Streamed failLate() {
      return Streamed.of("text/plain", sink -> service.failLate(sink::send));
    }

    @Route("GET /contract/async")
    CompletionStage<String> async() {
      return service.async();
    }

    @Route("GET /contract/async-fail")
    CompletionStage<String> asyncFail() {
      return service.asyncFail();
    }

    @Route("GET /contract/stuck")
    @RequiresScope("contract:read")
    CompletionStage<String> stuck() {
      return service.stuck();
    }

    @Route("GET /contract/stream")
    Streamed stream() {
      return Streamed.of("text/plain", sink -> service.stream(sink::send));
    }

    @Route("GET /contract/endless")
    Streamed endless() {
      return Streamed.of("application/octet-stream", sink -> service.endless(sink::send));
    }

    @Route("GET /contract/context")
    String context() throws Exception {
      return service.context();
    }

    @Route("GET /contract/headers")
    String headers() {
      return service.headers();
    }

    @Route("GET /contract/end-early")
    String endEarly() {
      return service.endEarly();
    }
  }
}
