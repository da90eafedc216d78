// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Products whose tokens say the usual things in places of their own. What a preset gives stands
 * under what is written in the settings.
 */
enum Preset {
  /** Roles of the realm, and those of the clients that the audience names. */
  KEYCLOAK {
    @Override
    List<String> rolesClaims(List<String> audience) {
      List<String> claims = new ArrayList<>(List.of("realm_access.roles"));
      audience.forEach(client -> claims.add("resource_access." + client + ".roles"));
      return claims;
    }

    @Override
    List<String> clientClaims() {
      return List.of("azp", "client_id");
    }

    @Override
    List<String> demands() {
      return List.of("typ=Bearer|typ=DPoP");
    }

    @Override
    boolean tellsTypesApart() {
      return true;
    }
  },

  /** One tenant of Entra ID, with tokens of version 1 or 2. */
  ENTRA {
    private final Pattern version1 =
        Pattern.compile("https://sts\\.windows\\.net/([0-9a-fA-F-]{36})/");

    @Override
    String scopesClaim() {
      return "scp";
    }

    @Override
    String tenantClaim() {
      return "tid";
    }

    @Override
    List<String> clientClaims() {
      return List.of("azp", "appid");
    }

    /** An ID token has neither: its audience may be the service itself. */
    @Override
    List<String> demands() {
      return List.of("scp|roles");
    }

    /** Version 1 publishes its keys on another host than its issuer's. */
    @Override
    @Nullable String keys(String issuer) {
      Matcher tenant = version1.matcher(issuer);
      return tenant.matches()
          ? "https://login.microsoftonline.com/" + tenant.group(1) + "/discovery/keys"
          : null;
    }
  },

  /** Permissions count as roles: they are the user's, whatever the client was granted. */
  AUTH0 {
    @Override
    List<String> rolesClaims(List<String> audience) {
      return List.of("permissions");
    }

    @Override
    String tenantClaim() {
      return "org_id";
    }
  },

  /** A custom authorization server of Okta. */
  OKTA {
    @Override
    String scopesClaim() {
      return "scp";
    }

    @Override
    List<String> rolesClaims(List<String> audience) {
      return List.of("groups");
    }

    @Override
    List<String> clientClaims() {
      return List.of("cid");
    }

    @Override
    List<String> demands() {
      return List.of("cid");
    }
  },

  /** Access tokens of a user pool, which name the client in the place of an audience. */
  COGNITO {
    @Override
    List<String> audienceClaims() {
      return List.of("aud", "client_id");
    }

    @Override
    List<String> rolesClaims(List<String> audience) {
      return List.of("cognito:groups");
    }

    @Override
    List<String> demands() {
      return List.of("token_use=access");
    }
  },

  /** ID tokens, as services and users of Google present them; its access tokens are opaque. */
  GOOGLE {
    @Override
    String tenantClaim() {
      return "hd";
    }

    @Override
    List<String> clientClaims() {
      return List.of("azp");
    }

    @Override
    boolean tellsTypesApart() {
      return true;
    }

    @Override
    String keys(String issuer) {
      return "https://www.googleapis.com/oauth2/v3/certs";
    }
  },

  /** Service accounts, of which each has its namespace. */
  KUBERNETES {
    @Override
    String tenantClaim() {
      return "kubernetes.io.namespace";
    }

    @Override
    List<String> demands() {
      return List.of("kubernetes.io.serviceaccount.name");
    }
  };

  /** Null, here and below, for what is usual. */
  @Nullable String scopesClaim() {
    return null;
  }

  @Nullable List<String> rolesClaims(List<String> audience) {
    return null;
  }

  @Nullable String tenantClaim() {
    return null;
  }

  @Nullable List<String> clientClaims() {
    return null;
  }

  @Nullable List<String> audienceClaims() {
    return null;
  }

  /** Where the keys are if not where discovery says. */
  @Nullable String keys(String issuer) {
    return null;
  }

  /** What tells an access token of the product from its other tokens. */
  List<String> demands() {
    return List.of();
  }

  /** Whether claims that elsewhere belong to ID tokens only mean nothing here. */
  boolean tellsTypesApart() {
    return false;
  }
}
