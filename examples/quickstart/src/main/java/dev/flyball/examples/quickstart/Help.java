// SPDX-License-Identifier: Apache-2.0
package dev.flyball.examples.quickstart;

/** What to try, printed on standard error: standard output is the log. */
final class Help {

  private Help() {}

  static String text(int port, int adminPort, int issuerPort, long issuerProcess) {
    return """

    The service runs on 127.0.0.1:%1$d; each call is one JSON line on standard output. Try:

      curl -i 127.0.0.1:%1$d/ping
      curl -i 127.0.0.1:%1$d/orders/7
      TOKEN=$(curl -s 127.0.0.1:%3$d/token -d grant_type=client_credentials -d client_id=alice \\
        -d 'scope=orders:read orders:write' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
      curl -i 127.0.0.1:%1$d/orders/7 -H "Authorization: Bearer $TOKEN"
      curl -i 127.0.0.1:%1$d/orders -H "Authorization: Bearer $TOKEN" \\
        -H 'Content-Type: application/json' -d '{"item":"governor","quantity":2}'
      curl -i 127.0.0.1:%1$d/checkout -H "Authorization: Bearer $TOKEN"
      curl -i 127.0.0.1:%1$d/boom -H "Authorization: Bearer $TOKEN"
      curl -s 127.0.0.1:%2$d/flyball/ready
      curl -s 127.0.0.1:%2$d/flyball/metrics | grep http_server

    Edit flags.json, or break it, and call /checkout again. Stop the issuer (kill %4$d): tokens
    that were issued go on working. Ctrl-C stops everything.
    """
        .formatted(port, adminPort, issuerPort, issuerProcess);
  }
}
