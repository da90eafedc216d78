// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole.spring;

import io.getunleash.DefaultUnleash;
import io.getunleash.Unleash;
import io.getunleash.repository.ToggleBootstrapProvider;
import io.getunleash.util.UnleashConfig;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The real client of Unleash with its rules from a text: no server is asked, nothing is reported. */
@Configuration
class Flags {

  private static final String RULES =
      """
      {"version":2,"features":[{"name":"hello-v2","type":"release","enabled":true,"strategies":[
        {"name":"flexibleRollout","parameters":
          {"rollout":"100","stickiness":"userId","groupId":"hello-v2"}}]}]}
      """;

  @Bean(destroyMethod = "shutdown")
  Unleash unleash() {
    ToggleBootstrapProvider rules = () -> Optional.of(RULES);
    return new DefaultUnleash(
        UnleashConfig.builder()
            .appName("hello")
            .instanceId("hello-1")
            .unleashAPI("http://127.0.0.1:1/api")
            .toggleBootstrapProvider(rules)
            .disablePolling()
            .disableMetrics()
            .build());
  }
}
