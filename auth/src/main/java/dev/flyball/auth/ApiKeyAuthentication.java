// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.Event;
import dev.flyball.Offers;
import dev.flyball.Setup;
import dev.flyball.SharedStore;
import dev.flyball.auth.internal.apikey.KeyFormat;
import dev.flyball.auth.internal.apikey.SecretHash;
import dev.flyball.auth.internal.throttle.Compares;
import dev.flyball.settings.Setting;
import dev.flyball.settings.Settings;
import dev.flyball.settings.StartupProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * API keys in one service: whether there are any, where they are, and the stage that looks for
 * them. What is offered is known only when endpoints are bound, so that is when it is put together.
 */
final class ApiKeyAuthentication implements Runnable {

  private static final String NAMELESS = "unknown_service:java";

  private final Setup setup;
  private final Settings settings;
  private final boolean tokensToo;
  private final boolean named;
  private final @Nullable String header;
  private final Offers<ApiKeyStore> offered;
  private final Offers<SharedStore> shared;

  // guarded by this
  private boolean resolved;
  private @Nullable ApiKeyFile file;
  private @Nullable ApiKeyStore store;
  private ApiKeyStage.@Nullable Parts parts;

  private ApiKeyAuthentication(Setup setup, boolean tokensToo) {
    this.setup = setup;
    this.settings = setup.settings();
    this.tokensToo = tokensToo;
    this.named =
        settings.get(ApiKeySettings.FILE) != null || settings.get(ApiKeySettings.STORE) != null;
    this.header = settings.get(ApiKeySettings.HEADER);
    this.offered = setup.want(ApiKeyStore.class);
    this.shared = setup.want(SharedStore.class);
  }

  /**
   * Looks at the settings.
   *
   * @param tokensToo whether access tokens are accepted as well
   */
  static ApiKeyAuthentication install(Setup setup, boolean tokensToo) {
    ApiKeyAuthentication keys = new ApiKeyAuthentication(setup, tokensToo);
    if (keys.named) {
      keys.requireName();
      keys.file = keys.readable();
      keys.offerRegistry();
    }
    setup.onStart(keys);
    return keys;
  }

  static KeyFormat format(Settings settings) {
    return new KeyFormat(
        Objects.requireNonNull(settings.get(ApiKeySettings.KEY_PREFIX)),
        Objects.requireNonNull(settings.get(ApiKeySettings.ENVIRONMENT)));
  }

  static SecretHash hashes(Settings settings) {
    return new SecretHash(settings.get(ApiKeySettings.PEPPER));
  }

  /** Whether API keys are accepted. */
  boolean isOn() {
    return named || !offered.all().isEmpty();
  }

  /** The header that brings them; null where none are accepted. */
  @Nullable String header() {
    return isOn() ? header : null;
  }

  /** A stage that also looks for API keys; the given one where there are none. */
  Compares beside(Compares tokens) {
    ApiKeyStage.Parts resolvedParts = parts();
    return resolvedParts == null ? tokens : new ApiKeyStage(tokens, resolvedParts);
  }

  /** Begins to follow the store. */
  @Override
  public void run() {
    ApiKeyStage.Parts resolvedParts = parts();
    if (resolvedParts != null) {
      tellOfExposure();
      resolvedParts.mirror().start();
      setup.onClose(resolvedParts.mirror()::close);
    }
  }

  private synchronized void tellOfExposure() {
    String exposure = file == null ? null : file.exposure();
    if (exposure != null) {
      setup.publish(
          Event.warn("auth.api-keys.exposed", "the file of the API keys is not of its owner alone")
              .with("flyball.reason", exposure));
    }
  }

  private void offerRegistry() {
    ApiKeyRegistry registry =
        new ApiKeyRegistry(
            () -> Objects.requireNonNull(store(), "there is no store of API keys"),
            format(settings),
            hashes(settings),
            Objects.requireNonNull(settings.get(ApiKeySettings.MAX_LIFETIME)),
            setup.time());
    setup.offer(ApiKeyRegistry.class, "default", registry);
  }

  private synchronized @Nullable ApiKeyStore store() {
    parts();
    return store;
  }

  private synchronized ApiKeyStage.@Nullable Parts parts() {
    if (!resolved) {
      resolved = true;
      store = isOn() ? find() : null;
      parts = store == null ? null : parts(store);
    }
    return parts;
  }

  private ApiKeyStage.Parts parts(ApiKeyStore found) {
    ApiKeyMirror.Pace pace =
        new ApiKeyMirror.Pace(
            Objects.requireNonNull(settings.get(ApiKeySettings.REFRESH)),
            Objects.requireNonNull(settings.get(ApiKeySettings.MAX_STALE)),
            Objects.requireNonNull(settings.get(ApiKeySettings.USES)));
    SecretHash hashes = hashes(settings);
    return new ApiKeyStage.Parts(
        Objects.requireNonNull(settings.get(ApiKeySettings.HEADER)),
        format(settings),
        hashes,
        new ApiKeyMirror(found, terms(), hashes, pace, setup),
        new ApiKeyMeters(setup.meters()),
        new ApiKeyChallenges(Objects.requireNonNull(settings.get(AuthSettings.REALM)), tokensToo));
  }

  private void requireName() {
    List<String> names = settings.get(ApiKeySettings.AUDIENCE);
    boolean isNamed = names == null ? !setup.service().name().equals(NAMELESS) : !names.isEmpty();
    if (!isNamed) {
      setup.problem(
          new StartupProblem(
              "API keys are accepted, and it is not known for which service",
              null,
              "set flyball.service.name or " + ApiKeySettings.AUDIENCE.key()));
    }
  }

  private KnownKey.Terms terms() {
    List<String> names = settings.get(ApiKeySettings.AUDIENCE);
    return new KnownKey.Terms(
        Objects.requireNonNull(settings.get(ApiKeySettings.ISSUER)),
        names != null ? names : List.of(setup.service().name()),
        Objects.requireNonNull(settings.get(ApiKeySettings.MAX_LIFETIME)).toSeconds());
  }

  // ---- where the keys are

  /** What is offered, else the file, else what the instances share; null after a problem. */
  private @Nullable ApiKeyStore find() {
    if (!offered.all().isEmpty()) {
      if (!named) {
        requireName();
        offerRegistry();
      }
      return offered.only().orElseGet(this::refuseMany);
    }
    if (settings.get(ApiKeySettings.FILE) != null) {
      return file;
    }
    SharedStore instances = shared.only().orElse(null);
    if (instances == null) {
      problem(
          ApiKeySettings.STORE,
          " is shared, and nobody offers a store that the instances share",
          "add flyball-postgres or flyball-redis, or name a file with "
              + ApiKeySettings.FILE.key());
      return null;
    }
    return new SharedApiKeys(instances, setup::publish);
  }

  private @Nullable ApiKeyStore refuseMany() {
    setup.problem(
        new StartupProblem(
            "several stores of API keys are offered: " + offered.all().keySet(),
            null,
            "offer one, or call one of them default"));
    return null;
  }

  private @Nullable ApiKeyFile readable() {
    Path path = settings.get(ApiKeySettings.FILE);
    if (path == null) {
      return null;
    }
    if (settings.get(ApiKeySettings.STORE) != null) {
      problem(
          ApiKeySettings.STORE,
          " stands beside " + ApiKeySettings.FILE.key(),
          "keep the one where the keys are");
    }
    ApiKeyFile keys = new ApiKeyFile(settings.directory().resolve(path));
    try {
      keys.read();
    } catch (IOException e) {
      problem(
          ApiKeySettings.FILE,
          " holds no usable keys: " + e.getMessage(),
          "make it with: java -cp ... dev.flyball.auth.ApiKeys issue --file " + path);
    }
    return keys;
  }

  private void problem(Setting<?> setting, String what, String hint) {
    setup.problem(
        new StartupProblem(setting.key() + what, settings.explain(setting).origin().place(), hint));
  }
}
