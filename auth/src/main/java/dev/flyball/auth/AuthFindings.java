// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.AdminRoute;
import dev.flyball.Event;
import dev.flyball.EventListener;
import dev.flyball.Finding;
import dev.flyball.Finding.Level;
import dev.flyball.Setup;
import dev.flyball.auth.internal.binding.DpopFindings;
import dev.flyball.json.JsonWriter;
import dev.flyball.settings.Setting;
import dev.flyball.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What works in the settings of issuers and should be looked at. */
final class AuthFindings implements EventListener, AdminRoute.Handler {

  private static final String NO_AUDIENCE = "AUTH-NO-AUDIENCE";
  private static final String JWKS_HTTP = "AUTH-JWKS-HTTP";
  private static final String SHARED_ISSUER = "AUTH-ISSUER-SHARED";
  private static final String SKEW_LARGE = "AUTH-SKEW-LARGE";
  private static final String LIFETIME_LARGE = "AUTH-LIFETIME-LARGE";
  private static final String ISSUER_DISABLED = "AUTH-ISSUER-DISABLED";

  private static final Duration LARGE_SKEW = Duration.ofSeconds(60);
  private static final Duration LARGE_LIFETIME = Duration.ofDays(1);
  private static final String SCOPE = "flyball:findings";

  private final Setup setup;
  private final Settings settings;

  AuthFindings(Setup setup) {
    this.setup = setup;
    this.settings = setup.settings();
  }

  static List<Setting<Level>> kinds() {
    return List.of(
        Finding.kind(NO_AUDIENCE, "An issuer has no audience, so that none of its tokens fits."),
        Finding.kind(JWKS_HTTP, "The keys of an issuer come over plain HTTP, on this machine."),
        Finding.kind(
            SHARED_ISSUER,
            "API keys and tokens have one issuer, so that the owner of a key and the subject of a"
                + " token with the same name are one caller."),
        Finding.kind(SKEW_LARGE, "Tokens of an issuer are accepted long after their end."),
        Finding.kind(LIFETIME_LARGE, "Tokens of an issuer may live for more than a day."),
        Finding.kind(
            ISSUER_DISABLED,
            "What an issuer says of itself cannot be believed, so that none of its tokens is"
                + " accepted. Found while serving."));
  }

  /** Looks at every issuer, and goes on to listen to what becomes of their keys. */
  void look() {
    for (String name : settings.names(AuthSettings.ISSUER)) {
      lookAt(name);
    }
    DpopFindings.look(setup, areTokensBound());
    setup.eventListener(this);
  }

  /** A page with all findings, for those who may see them. */
  void show() {
    setup.adminRoute(AdminRoute.scoped("GET", "findings", SCOPE, this));
  }

  private void lookAt(String name) {
    Setting<List<String>> audience = AuthSettings.AUDIENCE.named(name);
    List<String> audiences = settings.get(audience);
    if (audiences != null && audiences.isEmpty()) {
      add(NO_AUDIENCE, "the issuer " + name + " has no audience", audience, "name this service");
    }
    lookAtKeys(name);
    String value = settings.get(AuthSettings.ISSUER.named(name));
    if (value != null && value.equals(settings.get(ApiKeySettings.ISSUER))) {
      add(
          SHARED_ISSUER,
          "callers with API keys stand as callers of the issuer " + name,
          ApiKeySettings.ISSUER,
          "give " + ApiKeySettings.ISSUER.key() + " a name of its own, unless both are one person");
    }
    Setting<Duration> skew = AuthSettings.CLOCK_SKEW.named(name);
    if (isOver(LARGE_SKEW, settings.get(skew))) {
      add(
          SKEW_LARGE,
          "tokens of the issuer " + name + " are good for more than a minute after their end",
          skew,
          "set " + skew.key() + "=30s");
    }
    Setting<Duration> lifetime = AuthSettings.MAX_LIFETIME.named(name);
    if (isOver(LARGE_LIFETIME, settings.get(lifetime))) {
      add(
          LIFETIME_LARGE,
          "tokens of the issuer " + name + " may live for more than a day",
          lifetime,
          "have the issuer give shorter ones");
    }
  }

  private void lookAtKeys(String name) {
    Setting<String> jwks = AuthSettings.JWKS.named(name);
    Setting<String> setting = settings.get(jwks) == null ? AuthSettings.ISSUER.named(name) : jwks;
    String address = settings.get(setting);
    if (address != null && address.strip().toLowerCase(Locale.ROOT).startsWith("http://")) {
      add(
          JWKS_HTTP,
          "the keys of the issuer " + name + " come from " + address.strip(),
          setting,
          "use https outside of tests");
    }
  }

  /** Whether some issuer's tokens have to say what they are bound to (RFC 7800). */
  private boolean areTokensBound() {
    for (String name : settings.names(AuthSettings.ISSUER)) {
      List<String> demands = settings.get(AuthSettings.REQUIRED_CLAIMS.named(name));
      if (demands != null && demands.stream().anyMatch(each -> each.strip().startsWith("cnf"))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOver(Duration limit, @Nullable Duration value) {
    return value != null && value.compareTo(limit) > 0;
  }

  /** Only what will not pass by itself: an issuer that is down comes back. */
  @Override
  public void onEvent(Event event) {
    String reason = String.valueOf(event.fields().get("flyball.reason"));
    if (event.name().equals("auth.keys.refused") && reason.startsWith("the discovery document")) {
      Object name = event.fields().get("flyball.issuer");
      setup.finding(
          new Finding(
              ISSUER_DISABLED,
              "no keys of the issuer " + name + " are known: " + reason,
              String.valueOf(event.fields().get("flyball.place")),
              "correct the issuer, or name its keys with " + AuthSettings.JWKS.key()));
    }
  }

  private void add(String id, String message, Setting<?> setting, String hint) {
    setup.finding(new Finding(id, message, settings.explain(setting).origin().place(), hint));
  }

  @Override
  public AdminRoute.Response handle(AdminRoute.Request request) {
    JsonWriter json = new JsonWriter().beginObject();
    json.name("findings").beginArray();
    for (Finding finding : setup.findings()) {
      json.beginObject().name("id").value(finding.id());
      json.name("message").value(finding.message());
      if (finding.where() != null) {
        json.name("where").value(finding.where());
      }
      if (finding.hint() != null) {
        json.name("hint").value(finding.hint());
      }
      json.endObject();
    }
    String body = new String(json.endArray().endObject().toByteArray(), StandardCharsets.UTF_8);
    return new AdminRoute.Response(200, "application/json", body);
  }
}
