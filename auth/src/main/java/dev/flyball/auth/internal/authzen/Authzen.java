// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.authzen;

import dev.flyball.AccessPolicy;
import dev.flyball.Setup;
import dev.flyball.auth.internal.http.JsonClient;
import dev.flyball.auth.internal.policy.PolicySettings;
import dev.flyball.settings.Setting;
import dev.flyball.settings.Settings;
import dev.flyball.settings.StartupProblem;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes policies of the settings that name a server that decides. */
public final class Authzen {

  private static final String POLICY = "authzen";
  private static final String EVALUATION = "/access/v1/evaluation";

  private Authzen() {}

  /** Offers the policies that ask the server, where there is one. */
  public static void offer(Setup setup, JsonClient client) {
    Settings settings = setup.settings();
    String url = settings.get(AuthzenSettings.URL);
    if (url == null) {
      refuseWithoutServer(setup);
      return;
    }
    URI address = address(url);
    if (address == null) {
      setup.problem(
          new StartupProblem(
              AuthzenSettings.URL.key() + " is " + url + " (expected: an https:// address)",
              where(AuthzenSettings.URL, setup),
              "what comes over plain HTTP is anybody's word; only loopback is exempt"));
      return;
    }
    refuseHalves(setup);
    refuseLate(setup);
    DecisionPoint point =
        new DecisionPoint(
            address,
            credential(settings),
            client,
            Objects.requireNonNull(settings.get(AuthzenSettings.TIMEOUT)),
            setup.time());
    String subject = Objects.requireNonNull(settings.get(AuthzenSettings.SUBJECT_TYPE));
    setup.offer(
        AccessPolicy.class,
        POLICY,
        new AuthzenPolicy(point, EvaluationRequest.ofEndpoint(subject)));
    for (String name : settings.names(AuthzenSettings.ACTION)) {
      offer(name, subject, point, setup);
    }
  }

  private static void offer(String name, String subject, DecisionPoint point, Setup setup) {
    Settings settings = setup.settings();
    String action = settings.get(AuthzenSettings.ACTION.named(name));
    String type = settings.get(AuthzenSettings.RESOURCE_TYPE.named(name));
    String id = settings.get(AuthzenSettings.RESOURCE_ID.named(name));
    if (action != null && type != null && id != null) { // else the settings have told already
      EvaluationRequest request = EvaluationRequest.ofResource(subject, action, type, id);
      setup.offer(AccessPolicy.class, name, new AuthzenPolicy(point, request));
    }
  }

  private static @Nullable URI address(String url) {
    try {
      String base = url.strip();
      URI address =
          URI.create(
              (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + EVALUATION);
      boolean plain = address.getRawQuery() == null && address.getRawUserInfo() == null;
      return plain && JsonClient.isSafe(address) ? address : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static void refuseWithoutServer(Setup setup) {
    for (String name : setup.settings().names(AuthzenSettings.ACTION)) {
      setup.problem(
          new StartupProblem(
              "the policy " + name + " asks a server that is not named",
              where(AuthzenSettings.ACTION.named(name), setup),
              "set " + AuthzenSettings.URL.key()));
    }
  }

  private static void refuseHalves(Setup setup) {
    Settings settings = setup.settings();
    boolean id = settings.get(AuthzenSettings.CLIENT_ID) != null;
    boolean secret = settings.get(AuthzenSettings.CLIENT_SECRET) != null;
    boolean token = settings.get(AuthzenSettings.TOKEN) != null;
    if (id != secret || (token && id)) {
      setup.problem(
          new StartupProblem(
              "flyball.auth.authzen has "
                  + (token && id
                      ? "a token and a client-id"
                      : "half of client-id and client-secret"),
              where(id ? AuthzenSettings.CLIENT_ID : AuthzenSettings.CLIENT_SECRET, setup),
              "give token, or client-id and client-secret, or neither"));
    }
  }

  /** The policy would be given up before the server is, and the call refused as if denied. */
  private static void refuseLate(Setup setup) {
    Duration timeout = Objects.requireNonNull(setup.settings().get(AuthzenSettings.TIMEOUT));
    Duration policy = Objects.requireNonNull(setup.settings().get(PolicySettings.POLICY_TIMEOUT));
    if (timeout.compareTo(policy) >= 0) {
      setup.problem(
          new StartupProblem(
              AuthzenSettings.TIMEOUT.key()
                  + " is not shorter than "
                  + PolicySettings.POLICY_TIMEOUT.key(),
              where(AuthzenSettings.TIMEOUT, setup),
              "shorten it, or give policies more time"));
    }
  }

  private static @Nullable String credential(Settings settings) {
    String token = settings.get(AuthzenSettings.TOKEN);
    if (token != null) {
      return "Bearer " + token;
    }
    String id = settings.get(AuthzenSettings.CLIENT_ID);
    String secret = settings.get(AuthzenSettings.CLIENT_SECRET);
    if (id == null || secret == null) {
      return null;
    }
    byte[] pair = (id + ":" + secret).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private static String where(Setting<?> setting, Setup setup) {
    return setup.settings().explain(setting).origin().place();
  }
}
