// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole.host;

import dev.flyball.annotation.FeatureGate;
import dev.flyball.annotation.Governed;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.jdkhttp.Route;

/**
 * The service, governed: token, scope, flag; the line, the metric and the trace come by themselves.
 */
@Governed(owner = "team-benchmarks")
final class Hello {

  @Route("GET /hello/{id}")
  @RequiresScope("hello:read")
  @FeatureGate("hello-v2")
  String hello(String id) {
    return "hello " + id;
  }
}
