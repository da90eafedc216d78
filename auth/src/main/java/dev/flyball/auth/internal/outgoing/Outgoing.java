// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.outgoing;

import dev.flyball.Finding;
import dev.flyball.Setup;
import dev.flyball.Stage;
import dev.flyball.auth.internal.http.JsonClient;
import dev.flyball.auth.internal.outgoing.OutgoingSettings.Mode;
import dev.flyball.settings.Setting;
import dev.flyball.settings.Settings;
import dev.flyball.settings.StartupProblem;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads which hosts get which tokens, and refuses what does not fit together. */
public final class Outgoing {

  private static final int HTTPS = 443;
  private static final int HTTP = 80;

  private final Setup setup;
  private final Settings settings;
  private final JsonClient client;
  private final Map<String, Target> targets = new HashMap<>();

  private Outgoing(Setup setup, JsonClient client) {
    this.setup = setup;
    this.settings = setup.settings();
    this.client = client;
  }

  /**
   * The stage of calls that go out.
   *
   * @param keyHeader the header that brings API keys; null where none are accepted
   */
  public static Stage stage(Setup setup, JsonClient client, Supplier<@Nullable String> keyHeader) {
    Outgoing outgoing = new Outgoing(setup, client);
    for (String name : setup.settings().names(OutgoingSettings.HOSTS)) {
      outgoing.add(name);
    }
    return new OutgoingStage(outgoing.targets, new CallerCredentials(keyHeader), setup);
  }

  private void add(String name) {
    List<String> hosts = settings.get(OutgoingSettings.HOSTS.named(name));
    Mode mode = settings.get(OutgoingSettings.MODE.named(name));
    if (hosts == null || mode == null) {
      return; // the settings have told already what is missing
    }
    boolean hasAudience =
        mode == Mode.CLIENT_CREDENTIALS || isThere(OutgoingSettings.AUDIENCE, name, mode);
    boolean hasSource = mode == Mode.RELAY || isClient(name, mode);
    if (!hasAudience || !hasSource) {
      return;
    }
    if (mode == Mode.RELAY) {
      found(name, hosts);
    }
    String audience = settings.get(OutgoingSettings.AUDIENCE.named(name));
    Target target =
        new Target(name, mode, audience, mode == Mode.RELAY ? null : tokenClient(name, audience));
    for (String host : hosts) {
      add(host, target);
    }
  }

  private boolean isClient(String name, Mode mode) {
    boolean hasId = isThere(OutgoingSettings.CLIENT_ID, name, mode);
    boolean hasSecret =
        mode == Mode.EXCHANGE || isThere(OutgoingSettings.CLIENT_SECRET, name, mode);
    return isSafe(name, mode) && hasId && hasSecret;
  }

  private boolean isThere(Setting<String> pattern, String name, Mode mode) {
    Setting<String> setting = pattern.named(name);
    if (settings.get(setting) != null) {
      return true;
    }
    Setting<Mode> written = OutgoingSettings.MODE.named(name);
    setup.problem(
        new StartupProblem(
            setting.key() + " is missing, which " + written.key() + "=" + word(mode) + " needs",
            place(written),
            "set it"));
    return false;
  }

  private static String word(Mode mode) {
    return switch (mode) {
      case RELAY -> "relay";
      case EXCHANGE -> "exchange";
      case CLIENT_CREDENTIALS -> "client-credentials";
    };
  }

  private boolean isSafe(String name, Mode mode) {
    if (!isThere(OutgoingSettings.TOKEN_URL, name, mode)) {
      return false;
    }
    Setting<String> setting = OutgoingSettings.TOKEN_URL.named(name);
    String address = Objects.requireNonNull(settings.get(setting)).strip();
    try {
      if (JsonClient.isSafe(URI.create(address))) {
        return true;
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    setup.problem(
        new StartupProblem(
            setting.key() + " is " + address + " (expected: an https:// address)",
            place(setting),
            "secrets must not go over plain HTTP; only loopback is exempt"));
    return false;
  }

  private TokenClient tokenClient(String name, @Nullable String audience) {
    return new TokenClient(
        URI.create(
            Objects.requireNonNull(settings.get(OutgoingSettings.TOKEN_URL.named(name))).strip()),
        Objects.requireNonNull(settings.get(OutgoingSettings.CLIENT_ID.named(name))),
        settings.get(OutgoingSettings.CLIENT_SECRET.named(name)),
        audience,
        Objects.requireNonNull(settings.get(OutgoingSettings.SCOPES.named(name))),
        client,
        setup.time());
  }

  private void add(String host, Target target) {
    int colon = host.lastIndexOf(':');
    boolean hasPort = colon > host.lastIndexOf(']') && colon > 0;
    String plain = hasPort ? host.substring(0, colon) : host;
    String bare = plain.startsWith("[") ? plain.substring(1, plain.length() - 1) : plain;
    if (hasPort) {
      add(bare, Integer.parseInt(host.substring(colon + 1)), target);
    } else {
      add(bare, HTTPS, target);
      add(bare, HTTP, target); // only loopback gets a token there, and others are told so
    }
  }

  private void add(String host, int port, Target target) {
    Target before = targets.putIfAbsent(OutgoingStage.key(host, port), target);
    if (before != null && !before.name().equals(target.name())) {
      setup.problem(
          new StartupProblem(
              "the host " + host + " gets tokens of " + before.name() + " and " + target.name(),
              place(OutgoingSettings.HOSTS.named(target.name())),
              "keep it in one of them"));
    }
  }

  private void found(String name, List<String> hosts) {
    setup.finding(
        new Finding(
            OutgoingSettings.RELAYS,
            "tokens of callers are relayed to " + String.join(", ", hosts),
            place(OutgoingSettings.MODE.named(name)),
            "prefer mode=exchange, where the issuer can"));
  }

  private @Nullable String place(Setting<?> setting) {
    return settings.explain(setting).origin().place();
  }
}
