// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import dev.flyball.annotation.Public;
import dev.flyball.annotation.RequiresScope;
import java.lang.reflect.Method;

/** What is called; the bodies are where the benchmarks are. */
@SuppressWarnings("unused")
final class Orders {

  static final String ROUTE = "/orders/{id}";
  static final String SCOPE = "orders:read";

  private Orders() {}

  static Method method(String name) {
    try {
      return Orders.class.getDeclaredMethod(name);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  @RequiresScope(SCOPE)
  void get() {}

  @Public(reason = "anybody may know that we are there")
  void ping() {}
}
