// SPDX-License-Identifier: Apache-2.0
package dev.flyball.examples.auth;

import dev.flyball.AccessPolicy;
import dev.flyball.GovernorBuilder;
import dev.flyball.auth.ApiKeys;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.jdkhttp.JdkHttpServer;
import dev.flyball.settings.StartupException;

/** Starts the service, and two issuers of tokens to call it with. */
public final class Shop {

  private static final AccessPolicy OWN_ORDER =
      AccessPolicy.when(
          "not_the_customer",
          question ->
              question.object() instanceof Orders.Order order
                  && order.customer().equals(question.subject()));

  private Shop() {}

  /**
   * Runs until it is told to stop.
   *
   * @param args none
   */
  public static void main(String[] args) {
    LocalIssuer customers = LocalIssuer.builder().port(9000).audience("orders").start();
    LocalIssuer.builder().port(9100).audience("orders").start();
    issueKey("target/api-keys.json", "billing", "orders:import");
    try {
      start(JdkHttpServer.builder().port(8080).adminPort(8081), customers.issuer())
          .closeOnShutdown();
    } catch (StartupException e) {
      e.exit();
    }
    System.err.println("\nThe service runs on 127.0.0.1:8080. What to try is in examples/auth.\n");
  }

  /** As an operator does on the command line: the key is printed, once. */
  static void issueKey(String file, String owner, String scope) {
    ApiKeys.main(
        new String[] {
          "issue", "--file", file, "--owner", owner, "--service", "shop", "--scope", scope
        });
  }

  /**
   * The service at the ports of a builder.
   *
   * @param customers the issuer whose subjects are the customers
   */
  static JdkHttpServer start(JdkHttpServer.Builder builder, String customers) {
    return builder
        .configure(governor -> offerPolicies(governor, customers))
        .routes(new Orders())
        .start();
  }

  /** Who has the name of a customer elsewhere, with the staff or an API key, is somebody else. */
  private static void offerPolicies(GovernorBuilder governor, String customers) {
    AccessPolicy customer = AccessPolicy.issuer(customers);
    AccessPolicy support = AccessPolicy.hasRole("support");
    governor
        .offer(
            AccessPolicy.class,
            "own-order",
            AccessPolicy.anyOf(AccessPolicy.allOf(customer, OWN_ORDER), support))
        .offer(
            AccessPolicy.class,
            "own-orders",
            AccessPolicy.anyOf(
                AccessPolicy.allOf(customer, AccessPolicy.owner("customer")), support));
  }
}
