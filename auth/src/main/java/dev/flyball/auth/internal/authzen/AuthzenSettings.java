// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.authzen;

import dev.flyball.settings.Setting;
import java.time.Duration;
import java.util.List;

/** The keys that name the server that decides. */
public final class AuthzenSettings {

  private static final String PREFIX = "flyball.auth.authzen.";
  private static final String POLICY = PREFIX + "policies.<name>.";

  static final Setting<String> URL =
      Setting.string(PREFIX + "url")
          .doc(
              "The server that decides by the Authorization API 1.0 of AuthZEN, without"
                  + " `/access/v1/evaluation`. It is asked by `@Policy(\"authzen\")` and by each of"
                  + " `flyball.auth.authzen.policies`.")
          .build();

  static final Setting<String> TOKEN =
      Setting.string(PREFIX + "token")
          .doc("The token by which that server knows this service, sent as Bearer.")
          .secret()
          .build();

  static final Setting<String> CLIENT_ID =
      Setting.string(PREFIX + "client-id")
          .doc(
              "The name by which that server knows this service, in place of a token; sent as Basic.")
          .build();

  static final Setting<String> CLIENT_SECRET =
      Setting.string(PREFIX + "client-secret").doc("The secret to `client-id`.").secret().build();

  static final Setting<Duration> TIMEOUT =
      Setting.duration(PREFIX + "timeout")
          .doc("How long that server may take to decide; then the call is refused with 503.")
          .defaultValue(Duration.ofMillis(500))
          .range(Duration.ofMillis(1), Duration.ofSeconds(30))
          .build();

  static final Setting<String> SUBJECT_TYPE =
      Setting.string(PREFIX + "subject-type")
          .doc("What that server calls the kind of subject that our callers are.")
          .defaultValue("user")
          .build();

  static final Setting<String> ACTION =
      Setting.string(POLICY + "action")
          .doc(
              "Makes a policy of this name that asks that server for an action, such as `can_read`.")
          .required()
          .build();

  static final Setting<String> RESOURCE_TYPE =
      Setting.string(POLICY + "resource-type")
          .doc("The type of the resource that the action is on.")
          .required()
          .build();

  static final Setting<String> RESOURCE_ID =
      Setting.string(POLICY + "resource-id")
          .doc("The parameter of the call that holds the id of the resource.")
          .required()
          .build();

  private AuthzenSettings() {}

  /** All of them. */
  public static List<Setting<?>> all() {
    return List.of(
        URL,
        TOKEN,
        CLIENT_ID,
        CLIENT_SECRET,
        TIMEOUT,
        SUBJECT_TYPE,
        ACTION,
        RESOURCE_TYPE,
        RESOURCE_ID);
  }
}
