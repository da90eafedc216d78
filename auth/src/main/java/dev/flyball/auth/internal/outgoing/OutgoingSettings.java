// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.outgoing;

import dev.flyball.Finding;
import dev.flyball.Finding.Level;
import dev.flyball.settings.Setting;
import java.util.List;
import java.util.regex.Pattern;

/** The keys of credentials for calls that go out. */
public final class OutgoingSettings {

  /** Whose token a call gets. */
  enum Mode {
    /** That of the caller, as it came. */
    RELAY,
    /** One that is given for that of the caller (RFC 8693). */
    EXCHANGE,
    /** One of the service itself (RFC 6749, section 4.4). */
    CLIENT_CREDENTIALS
  }

  static final String RELAYS = "AUTH-OUTGOING-RELAY";

  private static final String PREFIX = "flyball.auth.outgoing.<name>.";
  private static final Pattern HOST =
      Pattern.compile(
          "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?");

  static final Setting<List<String>> HOSTS =
      Setting.list(PREFIX + "hosts")
          .doc(
              "The hosts that get the token, each with its port unless that is the usual one of"
                  + " HTTPS. A host that is in no such list gets none, and a request that carries the"
                  + " credential of the caller there is not sent.")
          .check(OutgoingSettings::areHosts, "hosts such as pay.example or pay.example:8443")
          .required()
          .build();

  static final Setting<Mode> MODE =
      Setting.choice(PREFIX + "mode", Mode.class)
          .doc(
              "Whose token it is: that of the caller as it came (`relay`), one that is given for it"
                  + " and good for `audience` alone (`exchange`), or one of the service itself"
                  + " (`client-credentials`).")
          .required()
          .build();

  static final Setting<String> AUDIENCE =
      Setting.string(PREFIX + "audience")
          .doc(
              "What the hosts are called in the claim `aud`. A token of the caller is relayed only if"
                  + " it names this. Needed for `relay` and `exchange`.")
          .build();

  static final Setting<List<String>> SCOPES =
      Setting.list(PREFIX + "scopes")
          .doc("The scopes to ask for; without any, what the issuer gives by itself.")
          .defaultValue(List.of())
          .build();

  static final Setting<String> TOKEN_URL =
      Setting.string(PREFIX + "token-url")
          .doc("The token endpoint. Needed for `exchange` and `client-credentials`.")
          .build();

  static final Setting<String> CLIENT_ID =
      Setting.string(PREFIX + "client-id")
          .doc("Who this service is there. Needed for `exchange` and `client-credentials`.")
          .build();

  static final Setting<String> CLIENT_SECRET =
      Setting.string(PREFIX + "client-secret")
          .doc("What it proves that with. Needed for `client-credentials`.")
          .secret()
          .build();

  static final Setting<Level> RELAY_FINDING =
      Finding.kind(
          RELAYS, "Tokens of callers are passed on, so that who gets them can use them elsewhere.");

  private OutgoingSettings() {}

  /** All of them. */
  public static List<Setting<?>> all() {
    return List.of(
        HOSTS, MODE, AUDIENCE, SCOPES, TOKEN_URL, CLIENT_ID, CLIENT_SECRET, RELAY_FINDING);
  }

  private static boolean areHosts(List<String> hosts) {
    for (String host : hosts) {
      if (!HOST.matcher(host).matches()) {
        return false;
      }
    }
    return !hosts.isEmpty();
  }
}
