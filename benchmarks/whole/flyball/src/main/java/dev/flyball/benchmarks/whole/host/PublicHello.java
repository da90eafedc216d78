// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole.host;

import dev.flyball.annotation.Public;
import dev.flyball.jdkhttp.Route;

/** The service with nothing to protect. */
final class PublicHello {

  @Route("GET /hello/{id}")
  @Public(reason = "shows what is left when everything is switched off")
  String hello(String id) {
    return "hello " + id;
  }
}
