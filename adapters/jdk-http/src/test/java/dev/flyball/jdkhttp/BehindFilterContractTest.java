// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import dev.flyball.Governor;
import dev.flyball.testkit.contract.ContractHost;
import dev.flyball.testkit.contract.ContractService;
import java.io.IOException;

/** The same with a filter of the service in front, so that the call begins there. */
class BehindFilterContractTest extends JdkHttpContractTest {

  @Override
  protected ContractHost start(ContractService service) {
    Governor governor = service.governor(new JdkHttpModule()).build();
    return new Host(
        JdkHttpServer.builder()
            .governor(governor)
            .port(0)
            .adminPort(0)
            .routes(new Operations(service))
            .context("/contract-host", answering())
            .context("/contract-declared", answering())
            .filter(new PassingFilter())
            .start());
  }

  private static final class PassingFilter extends Filter {

    @Override
    public String description() {
      return "lets everything through";
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
      chain.doFilter(exchange);
    }
  }
}
