// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One port on loopback, which can be closed and opened again. */
final class Listener {

  static {
    // without it small answers wait 40 ms for the acknowledgement of the one before; the server of
    // the JDK reads it once, also for a service that is tested in the same process
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
  }

  private static final int BACKLOG = 512;

  private final InetSocketAddress address;
  private final Executor executor;
  private @Nullable HttpHandler handler;
  private @Nullable HttpServer server;
  private @Nullable SocketChannel placeholder;

  /** Takes the port; connections wait until {@link #serve}. */
  Listener(InetAddress host, int port, Executor executor) {
    this.executor = executor;
    HttpServer bound = bind(new InetSocketAddress(host, port));
    this.server = bound;
    this.address = new InetSocketAddress(host, bound.getAddress().getPort());
  }

  int port() {
    return address.getPort();
  }

  /** Answers what has come in since the port was taken, and what comes. */
  synchronized void serve(HttpHandler handler) {
    this.handler = handler;
    if (server != null) {
      open(server, handler);
    }
  }

  /** Opens the port; nothing to do if it is open. */
  synchronized void up() {
    if (server == null && handler != null) {
      release();
      server = bind(address);
      open(server, handler);
    }
  }

  /** Closes the port and every connection; nothing to do if it is closed. */
  synchronized void down() {
    close();
    if (placeholder == null) {
      placeholder = hold(address);
    }
  }

  synchronized void close() {
    if (server != null) {
      server.stop(0);
      server = null;
    }
    release();
  }

  private void open(HttpServer server, HttpHandler handler) {
    server.createContext("/", handler);
    server.setExecutor(executor);
    server.start();
  }

  private void release() {
    if (placeholder != null) {
      closeQuietly(placeholder);
      placeholder = null;
    }
  }

  private static HttpServer bind(InetSocketAddress address) {
    try {
      return HttpServer.create(address, BACKLOG);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot listen on "
              + address.getHostString()
              + ":"
              + address.getPort()
              + " (expected: a free port, or 0 for any)",
          e);
    }
  }

  /**
   * Holds the port without listening: whoever connects is refused, and the system gives the port to
   * nobody else, not even to a client that then would talk to itself.
   */
  private static @Nullable SocketChannel hold(InetSocketAddress address) {
    try {
      SocketChannel channel = SocketChannel.open();
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      return channel.bind(address);
    } catch (IOException e) {
      // a system that does not allow it: the port is closed all the same
      return null;
    }
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // binding the port again will say what is wrong
    }
  }
}
