// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The peer without governance. */
@SpringBootApplication
@RestController
public class BareHello {

  /**
   * Runs until it is told to stop.
   *
   * @param args none
   */
  public static void main(String[] args) {
    SpringApplication.run(BareHello.class, args);
  }

  /**
   * Greets.
   *
   * @param id whom
   * @return the greeting
   */
  @GetMapping("/hello/{id}")
  public String hello(@PathVariable("id") String id) {
    return "hello " + id;
  }
}
