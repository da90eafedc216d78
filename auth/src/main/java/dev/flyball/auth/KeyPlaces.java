// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Setup;
import dev.flyball.auth.internal.http.JsonClient;
import dev.flyball.auth.internal.jose.KeySetParser;
import dev.flyball.auth.internal.keys.FileKeys;
import dev.flyball.auth.internal.keys.HttpKeys;
import dev.flyball.auth.internal.keys.InlineKeys;
import dev.flyball.auth.internal.keys.KeyFetcher;
import dev.flyball.settings.Setting;
import dev.flyball.settings.StartupProblem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the keys of issuers are, as the settings say: behind an address, in a file, in the settings
 * themselves, or where discovery leads. What cannot work is a start-up problem.
 */
final class KeyPlaces {

  private final Setup setup;
  private final JsonClient client;

  KeyPlaces(Setup setup, JsonClient client) {
    this.setup = setup;
    this.client = client;
  }

  /**
   * What gets the keys of an issuer.
   *
   * @param options those of the issuer
   * @param issuer the value of {@code iss}; null where none is given
   * @return null where something is wrong, which has been told
   */
  @Nullable KeyFetcher find(IssuerOptions options, @Nullable String issuer) {
    String name = options.name();
    Setting<String> setting = AuthSettings.JWKS.named(name);
    String jwks = issuer == null ? setup.settings().get(setting) : options.keys();
    if (jwks != null && InlineKeys.isMeant(jwks)) {
      return inline(jwks, setting);
    }
    if (jwks != null && !jwks.contains("://")) {
      return file(jwks, setting);
    }
    if (issuer == null) {
      return null;
    }
    if (jwks == null) {
      return isSafe(issuer, AuthSettings.ISSUER.named(name))
          ? new HttpKeys(issuer, null, client)
          : null;
    }
    return isSafe(jwks, setting) ? new HttpKeys(issuer, URI.create(jwks.strip()), client) : null;
  }

  private @Nullable KeyFetcher inline(String json, Setting<String> setting) {
    try {
      return new InlineKeys(json);
    } catch (KeySetParser.Refused e) {
      return refuse(setting, " holds no usable key set: " + e.getMessage());
    }
  }

  private @Nullable KeyFetcher file(String name, Setting<String> setting) {
    Path file = setup.settings().directory().resolve(name.strip());
    if (!Files.isReadable(file) || !Files.isRegularFile(file)) {
      return refuse(setting, " is not a file that can be read: " + file);
    }
    try {
      KeySetParser.parse(FileKeys.read(file));
      return new FileKeys(file);
    } catch (KeySetParser.Refused | IOException e) {
      return refuse(setting, " holds no usable key set: " + file + ": " + e.getMessage());
    }
  }

  private @Nullable KeyFetcher refuse(Setting<String> setting, String problem) {
    setup.problem(
        new StartupProblem(
            setting.key() + problem,
            where(setting),
            "write the public keys of the issuer there as a JWK set, or name its address"));
    return null;
  }

  private boolean isSafe(String address, Setting<String> setting) {
    try {
      if (JsonClient.isSafe(URI.create(address.strip()))) {
        return true;
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    setup.problem(
        new StartupProblem(
            setting.key() + " is " + address + " (expected: an https:// address)",
            where(setting),
            "keys that come over plain HTTP are anybody's; only loopback is exempt"));
    return false;
  }

  private String where(Setting<?> setting) {
    return setup.settings().explain(setting).origin().place();
  }
}
