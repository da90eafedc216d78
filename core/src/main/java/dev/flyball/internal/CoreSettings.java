// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.IpBlocks;
import dev.flyball.settings.Setting;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** The keys of core. */
public final class CoreSettings {

  /** What happens to endpoints that do not say who may call. */
  enum Undeclared {
    DENY,
    OBSERVE
  }

  /** Whether a rule refuses, or only says that it would. */
  enum RuleMode {
    OBSERVE,
    ENFORCE
  }

  /** Which headers the trusted proxies write. */
  enum ProxyHeaders {
    X_FORWARDED,
    FORWARDED
  }

  static final Setting<Boolean> ENABLED =
      Setting.bool("flyball.enabled")
          .doc(
              "Switches everything off but authorization: protected endpoints are still"
                  + " authenticated and authorized, and refusals are recorded.")
          .defaultValue(true)
          .build();

  static final Setting<String> PROFILE =
      Setting.string("flyball.profile")
          .doc(
              "Names of the `flyball-<profile>.properties` to read, with commas between them;"
                  + " later ones win.")
          .build();

  static final Setting<String> SERVICE_NAME =
      Setting.string("flyball.service.name")
          .doc("The name of the service, in lines and metrics.")
          .defaultValue("unknown_service:java")
          .build();

  static final Setting<String> SERVICE_VERSION =
      Setting.string("flyball.service.version")
          .doc("The version of the service, in lines and metrics.")
          .build();

  static final Setting<String> SERVICE_ENVIRONMENT =
      Setting.string("flyball.service.environment")
          .doc("Where the service runs, for example production.")
          .build();

  static final Setting<Duration> PENDING_TIMEOUT =
      Setting.duration("flyball.pending-timeout")
          .doc(
              "How long a call without a deadline waits for a stage that has not decided; then the"
                  + " stage counts as failed.")
          .defaultValue(Duration.ofSeconds(2))
          .range(Duration.ofMillis(1), Duration.ofMinutes(5))
          .reloadable()
          .build();

  static final Setting<Duration> CALL_TIMEOUT =
      Setting.duration("flyball.call-timeout")
          .doc(
              "How long an inbound call may take; then it is broken off and the caller gets 504 where"
                  + " that is still possible. Without a value there is no limit.")
          .range(Duration.ofMillis(1), Duration.ofDays(1))
          .reloadable()
          .build();

  static final Setting<Long> BODY_LIMIT =
      Setting.size("flyball.body-limit")
          .doc("The largest body that an endpoint accepts, unless the endpoint says otherwise.")
          .defaultValue(1L << 20)
          .range(0L, 1L << 40)
          .build();

  static final Setting<List<String>> TRUSTED_PROXIES =
      Setting.list("flyball.proxies.trusted")
          .doc(
              "Addresses of the proxies whose forwarding headers are believed, as IP addresses or"
                  + " CIDR blocks such as 10.0.0.0/8. Headers of anybody else are ignored.")
          .defaultValue(List.of())
          .check(IpBlocks::areBlocks, "IP addresses or CIDR blocks with commas between them")
          .build();

  static final Setting<ProxyHeaders> PROXY_HEADERS =
      Setting.choice("flyball.proxies.headers", ProxyHeaders.class)
          .doc(
              "Which headers the trusted proxies write: X-Forwarded-For, -Proto and -Host, or"
                  + " Forwarded of RFC 7239. The other kind may come from the client and is ignored.")
          .defaultValue(ProxyHeaders.X_FORWARDED)
          .build();

  static final Setting<Undeclared> UNDECLARED =
      Setting.choice("flyball.auth.undeclared", Undeclared.class)
          .doc(
              "What happens to calls of endpoints that do not say who may call: they are denied, or,"
                  + " while a service adopts step by step, let through and recorded.")
          .defaultValue(Undeclared.DENY)
          .build();

  static final Setting<String> UNDECLARED_REASON =
      Setting.string("flyball.auth.undeclared-reason")
          .doc("Why undeclared endpoints are only observed. Needed for `observe`.")
          .build();

  static final Setting<LocalDate> UNDECLARED_UNTIL =
      Setting.date("flyball.auth.undeclared-until")
          .doc(
              "The last day on which undeclared endpoints are only observed; from the next day on the"
                  + " service does not start. Needed for `observe`.")
          .build();

  static final Setting<String> DELEGATED =
      Setting.string("flyball.auth.delegated")
          .doc(
              "Says that the host authorizes calls, and why: endpoints that do not say who may call"
                  + " are let through. The value is the reason.")
          .build();

  static final Setting<RuleMode> RULE_MODE =
      Setting.choice("flyball.rules.<name>.mode", RuleMode.class)
          .doc(
              "Whether a rule refuses calls (`enforce`), or only records that it would (`observe`)."
                  + " The name is the rule of the record, for example `requires-scope`.")
          .defaultValue(RuleMode.ENFORCE)
          .reloadable()
          .build();

  static final Setting<List<String>> UNGOVERNED =
      Setting.list("flyball.ungoverned")
          .doc(
              "Names of what may answer without being governed: contexts of the host, servlets. An"
                  + " answer of anything else is recorded as UNGOVERNED.")
          .defaultValue(List.of())
          .build();

  static final Setting<Duration> DRAIN_DELAY =
      Setting.duration("flyball.drain.delay")
          .doc(
              "How long a stopping service still accepts calls after it says that it is not ready.")
          .defaultValue(Duration.ZERO)
          .range(Duration.ZERO, Duration.ofMinutes(10))
          .build();

  static final Setting<Duration> DRAIN_TIMEOUT =
      Setting.duration("flyball.drain.timeout")
          .doc("How long a stopping service waits for calls that are running.")
          .defaultValue(Duration.ofSeconds(20))
          .range(Duration.ZERO, Duration.ofMinutes(30))
          .build();

  static final Setting<Duration> RELOAD_INTERVAL =
      Setting.duration("flyball.settings.reload-interval")
          .doc("How often the property files are looked at for changes; 0s for never.")
          .defaultValue(Duration.ofSeconds(5))
          .range(Duration.ZERO, Duration.ofDays(1))
          .build();

  private CoreSettings() {}

  /** All of them. */
  public static List<Setting<?>> all() {
    List<Setting<?>> all = new ArrayList<>(CoreFindings.kinds());
    all.addAll(own());
    return all;
  }

  private static List<Setting<?>> own() {
    return List.of(
        ENABLED,
        PROFILE,
        SERVICE_NAME,
        SERVICE_VERSION,
        SERVICE_ENVIRONMENT,
        PENDING_TIMEOUT,
        CALL_TIMEOUT,
        BODY_LIMIT,
        TRUSTED_PROXIES,
        PROXY_HEADERS,
        UNDECLARED,
        UNDECLARED_REASON,
        UNDECLARED_UNTIL,
        DELEGATED,
        RULE_MODE,
        UNGOVERNED,
        DRAIN_DELAY,
        DRAIN_TIMEOUT,
        RELOAD_INTERVAL);
  }
}
