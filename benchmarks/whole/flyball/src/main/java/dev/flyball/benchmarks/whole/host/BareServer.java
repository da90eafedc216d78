// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole.host;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** The host without us, with the threads that the adapter would give it. */
public final class BareServer {

  private BareServer() {}

  /**
   * Runs until it is told to stop.
   *
   * @param args none; {@code flyball.http.port} and {@code flyball.http.threads} are properties
   */
  public static void main(String[] args) throws IOException {
    int port = Integer.getInteger("flyball.http.port");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(executor(Integer.getInteger("flyball.http.threads")));
    server.createContext(BareHandler.PREFIX, new BareHandler());
    server.start();
  }

  private static Executor executor(int threads) {
    try {
      return (Executor) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (ReflectiveOperationException e) {
      return Executors.newFixedThreadPool(threads); // before Java 21
    }
  }
}
