// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Products whose tokens say the usual things in places of their own. What a preset gives stands
 * under what is written in the settings; null is for what is usual.
 */
enum Preset {
  /** Roles of the realm, and those of the clients that the audience names. */
  KEYCLOAK,

  /** One tenant of Entra ID, with tokens of version 1 or 2. */
  ENTRA,

  /** Permissions count as roles: they are the user's, whatever the client was granted. */
  AUTH0,

  /** A custom authorization server of Okta. */
  OKTA,

  /** Access tokens of a user pool, which name the client in the place of an audience. */
  COGNITO,

  /** ID tokens, as services and users of Google present them; its access tokens are opaque. */
  GOOGLE,

  /** Service accounts, of which each has its namespace. */
  KUBERNETES;

  private static final String ENTRA_1 = "https://sts.windows.net/";
  private static final int TENANT_ID = 36;

  @Nullable String scopesClaim() {
    return this == ENTRA || this == OKTA ? "scp" : null;
  }

  @Nullable List<String> rolesClaims(List<String> audience) {
    return switch (this) {
      case KEYCLOAK -> rolesOfKeycloak(audience);
      case AUTH0 -> List.of("permissions");
      case OKTA -> List.of("groups");
      case COGNITO -> List.of("cognito:groups");
      default -> null;
    };
  }

  @Nullable String tenantClaim() {
    return switch (this) {
      case ENTRA -> "tid";
      case AUTH0 -> "org_id";
      case GOOGLE -> "hd";
      case KUBERNETES -> "kubernetes.io.namespace";
      default -> null;
    };
  }

  @Nullable List<String> clientClaims() {
    return switch (this) {
      case KEYCLOAK -> List.of("azp", "client_id");
      case ENTRA -> List.of("azp", "appid");
      case OKTA -> List.of("cid");
      case GOOGLE -> List.of("azp");
      default -> null;
    };
  }

  @Nullable List<String> audienceClaims() {
    return this == COGNITO ? List.of("aud", "client_id") : null;
  }

  /** What tells an access token of the product from its others, which may be for us as well. */
  List<String> demands() {
    return switch (this) {
      case KEYCLOAK -> List.of("typ=Bearer|typ=DPoP");
      case ENTRA -> List.of("scp|roles");
      case OKTA -> List.of("cid");
      case COGNITO -> List.of("token_use=access");
      case KUBERNETES -> List.of("kubernetes.io.serviceaccount.name");
      default -> List.of();
    };
  }

  /** Whether claims that elsewhere belong to ID tokens only mean nothing here. */
  boolean tellsTypesApart() {
    return this == KEYCLOAK || this == GOOGLE;
  }

  /** Where the keys are if not on the host of the issuer, where discovery may find them. */
  @Nullable String keys(String issuer) {
    if (this == GOOGLE) {
      return "https://www.googleapis.com/oauth2/v3/certs";
    }
    return this == ENTRA && issuer.startsWith(ENTRA_1) ? keysOfEntra1(issuer) : null;
  }

  private static @Nullable String keysOfEntra1(String issuer) {
    String tenant = issuer.substring(ENTRA_1.length());
    return tenant.length() == TENANT_ID + 1 && tenant.endsWith("/")
        ? "https://login.microsoftonline.com/" + tenant + "discovery/keys"
        : null;
  }

  private static List<String> rolesOfKeycloak(List<String> audience) {
    List<String> claims = new ArrayList<>();
    claims.add("realm_access.roles");
    for (String client : audience) {
      claims.add("resource_access." + client + ".roles");
    }
    return claims;
  }
}
