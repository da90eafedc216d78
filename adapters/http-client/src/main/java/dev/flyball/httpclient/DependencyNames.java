// SPDX-License-Identifier: Apache-2.0
package dev.flyball.httpclient;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the service calls the things that it depends on. */
interface DependencyNames {

  /** The name of what answers at a URI. */
  String of(URI uri);

  /** One name for everything. */
  static DependencyNames fixed(String name) {
    return uri -> name;
  }

  /** The names of hosts. Hosts may come from strangers: the first ones keep their name. */
  static DependencyNames byHost() {
    return new ByHost();
  }

  /** The host of a URI, without brackets; empty where it has none. */
  static String host(URI uri) {
    String host = uri.getHost();
    if (host == null) {
      return "";
    }
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** Names of hosts, as many as a metric can bear. */
  final class ByHost implements DependencyNames {

    static final int MAX_HOSTS = 100;
    static final String OTHER = "_OTHER";

    private final Set<String> known = ConcurrentHashMap.newKeySet();

    private ByHost() {}

    @Override
    public String of(URI uri) {
      String host = host(uri).toLowerCase(Locale.ROOT);
      if (known.contains(host)) {
        return host;
      }
      if (host.isEmpty() || known.size() >= MAX_HOSTS) {
        return OTHER;
      }
      known.add(host);
      return host;
    }
  }
}
