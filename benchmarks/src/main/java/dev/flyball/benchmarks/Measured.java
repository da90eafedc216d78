// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import java.util.Optional;

/**
 * One benchmark, for one algorithm where it has several.
 *
 * @param type the class of the benchmark
 * @param method its method
 * @param algorithm the signature algorithm
 */
record Measured(Class<?> type, String method, Optional<String> algorithm) {

  static Measured of(Class<?> type, String method) {
    return new Measured(type, method, Optional.empty());
  }

  static Measured of(Class<?> type, String method, String algorithm) {
    return new Measured(type, method, Optional.of(algorithm));
  }

  /** An expression that fits this benchmark alone. */
  String pattern() {
    return "^" + type.getName().replace(".", "\\.") + "\\." + method + "$";
  }

  @Override
  public String toString() {
    return type.getSimpleName() + "." + method + algorithm.map(" "::concat).orElse("");
  }
}
