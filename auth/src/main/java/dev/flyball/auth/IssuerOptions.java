// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.auth.internal.jose.Algorithm;
import dev.flyball.auth.internal.jose.TokenHeader;
import dev.flyball.settings.Origin;
import dev.flyball.settings.Setting;
import dev.flyball.settings.Settings;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The settings of one issuer: what is written, else what its preset says, else the default. */
final class IssuerOptions {

  private final String name;
  private final Settings settings;
  private final @Nullable Preset preset;
  private final Profile profile;

  IssuerOptions(String name, Settings settings) {
    this.name = name;
    this.settings = settings;
    this.preset = find(AuthSettings.PRESET);
    this.profile = get(AuthSettings.PROFILE);
  }

  String name() {
    return name;
  }

  /** A setting that has a default, or that was found to be there. */
  <T> T get(Setting<T> setting) {
    return Objects.requireNonNull(settings.get(setting.named(name)));
  }

  <T> @Nullable T find(Setting<T> setting) {
    return settings.get(setting.named(name));
  }

  List<String> audience() {
    return get(AuthSettings.AUDIENCE);
  }

  List<String> audienceClaims() {
    return get(AuthSettings.AUDIENCE_CLAIM, preset == null ? null : preset.audienceClaims());
  }

  String scopesClaim() {
    return get(AuthSettings.SCOPES_CLAIM, preset == null ? null : preset.scopesClaim());
  }

  List<String> rolesClaims() {
    return get(AuthSettings.ROLES_CLAIM, preset == null ? null : preset.rolesClaims(audience()));
  }

  List<String> clientClaims() {
    return get(AuthSettings.CLIENT_CLAIM, preset == null ? null : preset.clientClaims());
  }

  @Nullable String tenantClaim() {
    String written = find(AuthSettings.TENANT_CLAIM);
    return written != null || preset == null ? written : preset.tenantClaim();
  }

  /** Where the keys are; null where discovery says it. */
  @Nullable String keys() {
    String written = find(AuthSettings.JWKS);
    return written != null || preset == null ? written : preset.keys(get(AuthSettings.ISSUER));
  }

  Set<String> clients() {
    List<String> written = find(AuthSettings.CLIENTS);
    return written == null ? Set.of() : Set.copyOf(written);
  }

  /** Without the usual beginning, in lower case. */
  Set<String> types() {
    Set<String> ofProfile = profile.types();
    if (ofProfile != null) {
      return ofProfile;
    }
    Set<String> types = new HashSet<>();
    for (String type : get(AuthSettings.TYPES)) {
      types.add(TokenHeader.shortType(type));
    }
    return types;
  }

  /** With a shared secret the default is HS256. */
  Set<Algorithm> algorithms() {
    boolean symmetric = find(AuthSettings.SECRET) != null;
    List<String> names =
        get(AuthSettings.ALGORITHMS, symmetric ? List.of(Algorithm.HS256.joseName) : null);
    Set<Algorithm> algorithms = EnumSet.noneOf(Algorithm.class);
    for (String each : names) {
      algorithms.add(Objects.requireNonNull(Algorithm.of(each)));
    }
    return algorithms;
  }

  /** What makes a token one of the kind that is expected here. */
  ClaimDemands demandsOfKind() {
    return ClaimDemands.parse(preset == null ? List.of() : preset.demands());
  }

  ClaimDemands demandsOfProfile() {
    return ClaimDemands.parse(profile.demands());
  }

  ClaimDemands demands() {
    List<String> written = find(AuthSettings.REQUIRED_CLAIMS);
    return ClaimDemands.parse(written == null ? List.of() : written);
  }

  boolean tellsTypesApart() {
    return preset != null && preset.tellsTypesApart();
  }

  private <T> T get(Setting<T> setting, @Nullable T ofPreset) {
    boolean written =
        settings.explain(setting.named(name)).origin().layer() != Origin.Layer.DEFAULT;
    return written || ofPreset == null ? get(setting) : ofPreset;
  }
}
