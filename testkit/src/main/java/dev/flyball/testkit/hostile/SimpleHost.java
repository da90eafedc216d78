// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import java.net.URI;

/** A service of which nothing is known but where it is. */
record SimpleHost(URI uri, AutoCloseable server, boolean isConfigured) implements HostileHost {

  @Override
  public void close() throws Exception {
    server.close();
  }
}
