// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Endpoint;
import dev.flyball.Setup;
import dev.flyball.auth.internal.http.JsonClient;
import dev.flyball.auth.internal.jose.KeySet;
import dev.flyball.auth.internal.keys.FirstKeys;
import dev.flyball.auth.internal.keys.FixedKeys;
import dev.flyball.auth.internal.keys.IssuerKeys;
import dev.flyball.auth.internal.keys.JwksSource;
import dev.flyball.auth.internal.keys.KeyFetcher;
import dev.flyball.auth.internal.keys.KeySettings;
import dev.flyball.settings.Setting;
import dev.flyball.settings.Settings;
import dev.flyball.settings.StartupProblem;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The issuers that the settings name; what is wrong with one keeps the service from starting. */
final class Issuers {

  private final Setup setup;
  private final Settings settings;
  private final JsonClient client;
  private final KeyPlaces places;
  private final Map<String, Issuer> byValue = new LinkedHashMap<>();
  private final FirstKeys firstKeys = new FirstKeys();
  private @Nullable OpaqueTokens opaque;
  private boolean named;
  private boolean told;

  private Issuers(Setup setup, JsonClient client) {
    this.setup = setup;
    this.settings = setup.settings();
    this.client = client;
    this.places = new KeyPlaces(setup, client);
  }

  /** Reads the settings. */
  static Issuers install(Setup setup, JsonClient client) {
    Issuers issuers = new Issuers(setup, client);
    for (String name : issuers.settings.names(AuthSettings.ISSUER)) {
      issuers.read(name);
    }
    if (!Boolean.TRUE.equals(issuers.settings.get(KeySettings.READY_WITHOUT_KEYS))) {
      setup.healthCheck(issuers.firstKeys);
    }
    setup.onStart(issuers::start);
    return issuers;
  }

  /** Those that sign tokens, by the exact value of {@code iss}. */
  Map<String, Issuer> byValue() {
    return byValue;
  }

  /** What knows of tokens that are no JWT; null where these are refused. */
  @Nullable OpaqueTokens opaque() {
    return opaque;
  }

  /** Whether the settings name one, however much is wrong with it. */
  boolean areNamed() {
    return named;
  }

  /** Says that an endpoint needs their keys: before these are there it serves nobody. */
  void areNeeded() {
    firstKeys.require();
  }

  /** Says once that nobody can call what is protected. */
  void refuseNone(Endpoint endpoint) {
    if (!named && !told) {
      told = true;
      setup.problem(
          new StartupProblem(
              "no issuer is configured, so nobody can call " + endpoint,
              null,
              "add flyball.auth.issuers.<name>.issuer=https://... and .audience=..."));
    }
  }

  private void start() {
    for (Issuer issuer : byValue.values()) {
      issuer.keys().start();
    }
  }

  private void read(String name) {
    named = true;
    String value = settings.get(AuthSettings.ISSUER.named(name));
    IssuerOptions options = new IssuerOptions(name, settings);
    KeyFetcher fetcher = publishesKeys(options) ? places.find(options, value) : null;
    if (value == null || settings.get(AuthSettings.AUDIENCE.named(name)) == null) {
      return; // the settings have told already what is missing
    }
    IssuerKeys keys = keys(options, fetcher);
    if (keys != null) {
      add(options, new Issuer(name, settings, keys));
    }
  }

  private static boolean publishesKeys(IssuerOptions options) {
    return !options.get(AuthSettings.INTROSPECTION_ONLY) && !SharedSecret.isWanted(options);
  }

  private @Nullable IssuerKeys keys(IssuerOptions options, @Nullable KeyFetcher fetcher) {
    if (options.get(AuthSettings.INTROSPECTION_ONLY)) {
      return new FixedKeys(KeySet.EMPTY);
    }
    if (SharedSecret.isWanted(options)) {
      KeySet secret = SharedSecret.keys(options, setup);
      return secret == null ? null : new FixedKeys(secret);
    }
    if (fetcher == null) {
      return null;
    }
    JwksSource keys = new JwksSource(options.name(), fetcher, setup);
    firstKeys.add(keys);
    return keys;
  }

  private void add(IssuerOptions options, Issuer issuer) {
    addOpaque(OpaqueTokens.of(options, issuer, setup, client));
    if (!options.get(AuthSettings.INTROSPECTION_ONLY)) {
      refuseTwice(issuer, byValue.putIfAbsent(issuer.value(), issuer));
    }
  }

  /** Of two that could be asked, one would be shown the tokens of the other. */
  private void addOpaque(@Nullable OpaqueTokens tokens) {
    OpaqueTokens before = opaque;
    if (tokens != null && before != null) {
      setup.problem(
          new StartupProblem(
              "both issuers "
                  + before.issuer().name()
                  + " and "
                  + tokens.issuer().name()
                  + " would be asked about tokens (expected: one)",
              where(AuthSettings.INTROSPECTION_URL.named(tokens.issuer().name())),
              "an opaque token does not say whose it is; keep one introspection.url"));
    } else if (tokens != null) {
      opaque = tokens;
    }
  }

  private void refuseTwice(Issuer issuer, @Nullable Issuer before) {
    if (before != null) {
      setup.problem(
          new StartupProblem(
              "the issuers "
                  + before.name()
                  + " and "
                  + issuer.name()
                  + " are one: "
                  + before.value(),
              where(AuthSettings.ISSUER.named(issuer.name())),
              "keep one of them, with both audiences"));
    }
  }

  private String where(Setting<?> setting) {
    return settings.explain(setting).origin().place();
  }
}
