// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole.host;

import dev.flyball.jdkhttp.JdkHttpServer;

/** The host with everything off: the bare handler behind our filter, or a route of our own. */
public final class OffServer {

  private OffServer() {}

  /**
   * Runs until it is told to stop.
   *
   * @param args {@code filter} or {@code route}
   */
  public static void main(String[] args) {
    JdkHttpServer.Builder server = JdkHttpServer.builder();
    if (args[0].equals("filter")) {
      server.context(BareHandler.PREFIX, new BareHandler());
    } else {
      server.routes(new PublicHello());
    }
    server.start().closeOnShutdown();
  }
}
