// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;

/** One proxy for everybody but this very machine, which a proxy would look for at its own place. */
final class ProxyUnlessLoopback extends ProxySelector {

  private static final List<Proxy> NONE = List.of(Proxy.NO_PROXY);

  private final InetSocketAddress address;

  ProxyUnlessLoopback(InetSocketAddress unresolved) {
    this.address = unresolved;
  }

  @Override
  public List<Proxy> select(URI uri) {
    return JsonClient.isLoopback(uri) ? NONE : List.of(new Proxy(Proxy.Type.HTTP, address));
  }

  @Override
  public void connectFailed(URI uri, SocketAddress proxy, IOException error) {
    // whoever has asked is told
  }
}
