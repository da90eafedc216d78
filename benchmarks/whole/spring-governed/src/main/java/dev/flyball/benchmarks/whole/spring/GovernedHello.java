// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole.spring;

import io.getunleash.Unleash;
import io.getunleash.UnleashContext;
import io.github.resilience4j.ratelimiter.annotation.RateLimiter;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** The peer with governance: token, scope, flag, rate limit, line, metric, trace. */
@SpringBootApplication
@RestController
public class GovernedHello {

  private final Unleash unleash;

  /**
   * Made by Spring.
   *
   * @param unleash the flags
   */
  public GovernedHello(Unleash unleash) {
    this.unleash = unleash;
  }

  /**
   * Runs until it is told to stop.
   *
   * @param args none
   */
  public static void main(String[] args) {
    SpringApplication.run(GovernedHello.class, args);
  }

  /**
   * Greets.
   *
   * @param id whom
   * @param token of the caller
   * @return the greeting
   */
  @GetMapping("/hello/{id}")
  @RateLimiter(name = "hello")
  public String hello(@PathVariable("id") String id, @AuthenticationPrincipal Jwt token) {
    UnleashContext caller = UnleashContext.builder().userId(token.getSubject()).build();
    if (!unleash.isEnabled("hello-v2", caller)) {
      throw new ResponseStatusException(HttpStatus.NOT_FOUND);
    }
    return "hello " + id;
  }
}
