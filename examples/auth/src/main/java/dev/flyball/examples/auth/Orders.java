// SPDX-License-Identifier: Apache-2.0
package dev.flyball.examples.auth;

import dev.flyball.Access;
import dev.flyball.Principal;
import dev.flyball.Problem;
import dev.flyball.ProblemException;
import dev.flyball.annotation.Authenticated;
import dev.flyball.annotation.Governed;
import dev.flyball.annotation.Policy;
import dev.flyball.annotation.RequiresRole;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.jdkhttp.Route;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What customers, the staff and other services may do with orders. */
@Governed(owner = "team-orders")
final class Orders {

  record Order(String id, String customer, String item) {}

  record Import(int lines) {}

  private final Map<String, Order> orders =
      new ConcurrentHashMap<>(
          Map.of(
              "7", new Order("7", "alice", "governor"),
              "8", new Order("8", "bob", "flywheel")));

  /** Only the order itself tells whose it is: the rule is asked once it is loaded. */
  @Route("GET /orders/{id}")
  @RequiresScope("orders:read")
  Order get(String id) {
    Order order = existing(id);
    Access.require("own-order", order);
    return order;
  }

  /** The path tells whose orders they are: the rule is asked before anything runs. */
  @Route("GET /customers/{customer}/orders")
  @Policy("own-orders")
  List<Order> of(String customer) {
    return orders.values().stream().filter(order -> order.customer().equals(customer)).toList();
  }

  /** Roles are what the issuer of the staff calls so. */
  @Route("DELETE /orders/{id}")
  @RequiresRole("support")
  Order cancel(String id) {
    Order order = existing(id);
    orders.remove(id);
    return order;
  }

  /** A service comes with an API key, whose scopes count like those of a token. */
  @Route("POST /imports")
  @RequiresScope("orders:import")
  Import take(List<String> lines) {
    return new Import(lines.size());
  }

  @Route("GET /me")
  @Authenticated
  String me(Principal caller) {
    return caller.subject() + " by " + caller.method() + " of " + caller.issuer();
  }

  private Order existing(String id) {
    Order order = orders.get(id);
    if (order == null) {
      throw new ProblemException(Problem.of(Problem.Kind.NOT_FOUND, "there is no such order"));
    }
    return order;
  }
}
