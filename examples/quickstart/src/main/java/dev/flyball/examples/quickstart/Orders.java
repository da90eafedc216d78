// SPDX-License-Identifier: Apache-2.0
package dev.flyball.examples.quickstart;

import dev.flyball.Principal;
import dev.flyball.annotation.Authenticated;
import dev.flyball.annotation.FeatureGate;
import dev.flyball.annotation.Governed;
import dev.flyball.annotation.Public;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.jdkhttp.Response;
import dev.flyball.jdkhttp.Route;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The whole service: everything else comes from its dependencies and {@code flyball.properties}.
 */
@Governed(owner = "team-orders")
final class Orders {

  record Order(String id, String item, int quantity) {}

  record NewOrder(String item, Integer quantity) {}

  private final Map<String, Order> orders = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger(1000);

  @Route("GET /ping")
  @Public(reason = "load balancer check")
  String ping() {
    return "pong";
  }

  @Route("GET /orders/{id}")
  @RequiresScope("orders:read")
  Order get(String id) {
    return orders.getOrDefault(id, new Order(id, "governor", 1));
  }

  @Route("POST /orders")
  @RequiresScope("orders:write")
  Response create(NewOrder order) {
    String id = String.valueOf(numbers.incrementAndGet());
    int quantity = order.quantity() == null ? 1 : order.quantity();
    Order created = new Order(id, order.item(), quantity);
    orders.put(id, created);
    return Response.created(URI.create("/orders/" + id), created);
  }

  @Route("GET /checkout")
  @Authenticated
  @FeatureGate("checkout-v2")
  String checkout(Principal caller) {
    return "the new checkout, for " + caller.subject();
  }

  @Route("GET /boom")
  @Authenticated
  String boom() {
    throw new IllegalStateException("boom");
  }
}
