// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole.host;

import dev.flyball.jdkhttp.JdkHttpServer;
import io.opentelemetry.api.OpenTelemetry;

/** The host with everything on; the settings are properties. */
public final class GovernedServer {

  private GovernedServer() {}

  /**
   * Runs until it is told to stop.
   *
   * @param args none
   */
  public static void main(String[] args) {
    JdkHttpServer.builder()
        .configure(governor -> governor.offer(OpenTelemetry.class, "sdk", Tracing.sampled()))
        .routes(new Hello())
        .start()
        .closeOnShutdown();
  }
}
