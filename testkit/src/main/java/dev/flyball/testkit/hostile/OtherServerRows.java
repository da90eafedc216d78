// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.issuer.Fault;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.issuer.RecordedRequest;
import dev.flyball.testkit.contract.RawHttp.Reply;
import dev.flyball.testkit.hostile.Canary.Visit;
import dev.flyball.testkit.hostile.Row.Ground;
import dev.flyball.testkit.hostile.Row.Need;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;

/** Rows 63, 64, 76, 79 and 80: servers that are asked, files that change, calls that go out. */
final class OtherServerRows {

  private static final AtomicInteger TOKENS = new AtomicInteger();

  private OtherServerRows() {}

  static List<Row> all() {
    return List.of(introspection(), introspectionCache(), decisions(), reload(), outgoing());
  }

  // ---- introspection

  private static Row introspection() {
    Row row =
        Row.of(63, "introspection that says no, or nothing")
            .on(Ground.MOVING)
            .needs(Need.IN_THIS_PROCESS)
            .needs(Capability.INTROSPECTION);
    Expected no = Expected.invalidToken();
    Expected nothing = Expected.unavailable();
    says(row, "active false", no, members -> members.put("active", false));
    says(row, "active a text", no, members -> members.put("active", "true"));
    says(row, "active 1", no, members -> members.put("active", 1));
    says(row, "active missing", no, members -> members.remove("active"));
    says(row, "exp past", no, members -> members.put("exp", 1_000_000_000L));
    says(row, "another audience", no, members -> members.put("aud", "payments"));
    says(row, "another issuer", no, members -> members.put("iss", "https://other.example"));
    says(row, "no sub", no, members -> members.remove("sub"));
    answers(row, "401", nothing, Fault.status(401));
    answers(row, "500", nothing, Fault.status(500));
    answers(row, "10 s late", nothing, Fault.status(500).after(Duration.ofSeconds(10)));
    answers(row, "HTML", nothing, Fault.html());
    answers(row, "an array", nothing, Fault.answer(200, "application/json", "[]"));
    answers(
        row,
        "10 MB",
        nothing,
        Fault.answer(200, "application/json", "{\"active\":true}" + " ".repeat(10_000_000)));
    return row.once(
        "one that is good",
        (service, target) -> {
          script(service, target, members -> {});
          assertThat(service.isLetIn(target, opaque())).isTrue();
        });
  }

  private static void says(
      Row row, String name, Expected expected, Consumer<Map<String, Object>> change) {
    row.once(
        name,
        (service, target) -> {
          script(service, target, change);
          service.answers(target, expected, opaque());
        });
  }

  private static void answers(Row row, String name, Expected expected, Fault fault) {
    row.once(
        name,
        (service, target) -> {
          service.issuer("opaque").fault(Trusted.INTROSPECTION, fault);
          service.answers(target, expected, opaque());
          service.issuer("opaque").clearFaults();
        });
  }

  private static Row introspectionCache() {
    return Row.of(64, "introspection that is remembered")
        .on(Ground.MOVING)
        .needs(Need.IN_THIS_PROCESS)
        .needs(Capability.INTROSPECTION)
        .once(
            "taken back meanwhile",
            (service, target) -> {
              String token = opaque();
              script(service, target, members -> {});
              assertThat(service.isLetIn(target, token)).isTrue();
              script(service, target, members -> members.put("active", false));
              service.advance(Duration.ofSeconds(61));
              service.answers(target, Expected.invalidToken(), token);
            })
        .once(
            "expires before it is asked again",
            (service, target) -> {
              String token = opaque();
              long end = service.now().plusSeconds(5).getEpochSecond();
              script(service, target, members -> members.put("exp", end));
              assertThat(service.isLetIn(target, token)).isTrue();
              service.advance(Duration.ofSeconds(40));
              service.answers(target, Expected.invalidToken(), token);
            })
        .once(
            "a failure is not remembered as an answer",
            (service, target) -> {
              String token = opaque();
              service.issuer("opaque").fault(Trusted.INTROSPECTION, Fault.status(500));
              service.answers(target, Expected.unavailable(), token);
              script(service, target, members -> {});
              Attacked.eventually(
                  "an answer after the failure",
                  () -> {
                    service.advance(Duration.ofSeconds(5));
                    return service.isLetIn(target, token);
                  });
            });
  }

  private static String opaque() {
    return "opaque-" + TOKENS.incrementAndGet() + "-2YotnFZFEjr1zCsicMWpAA";
  }

  /** What the issuer says of every token. */
  private static void script(
      Attacked service, HostileTarget target, Consumer<Map<String, Object>> change) {
    LocalIssuer issuer = service.issuer("opaque");
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("active", true);
    members.put("iss", issuer.issuer());
    members.put("sub", Attacked.SUBJECT);
    members.put("aud", Trusted.AUDIENCE);
    members.put("client_id", "hostile-client");
    members.put("scope", String.join(" ", target.scopes()));
    members.put("roles", target.roles());
    members.put("exp", service.now().plusSeconds(600).getEpochSecond());
    members.put("iat", service.now().getEpochSecond());
    change.accept(members);
    issuer.fault(
        Trusted.INTROSPECTION,
        Fault.answer(200, "application/json", JsonMapper.shared().writeValueAsString(members)));
  }

  // ---- decisions

  private static Row decisions() {
    Row row =
        Row.of(76, "server of decisions that says no, or nothing")
            .on(Ground.MOVING)
            .needs(Need.IN_THIS_PROCESS)
            .needs(Capability.AUTHZEN)
            .fittingRemoteDecisions();
    denies(row, "no", "pdp_denied", "{\"decision\":false}");
    denies(
        row,
        "yes, with a duty",
        "pdp_obligations",
        "{\"decision\":true,\"context\":{\"obligations\":[{\"id\":\"x\"}]}}");
    decidesNothing(row, "a text", "pdp_answer", json("{\"decision\":\"true\"}"));
    decidesNothing(row, "1", "pdp_answer", json("{\"decision\":1}"));
    decidesNothing(row, "null", "pdp_answer", json("{\"decision\":null}"));
    decidesNothing(row, "no decision", "pdp_answer", json("{\"allow\":true}"));
    decidesNothing(
        row, "two decisions", "pdp_answer", json("{\"decision\":false,\"decision\":true}"));
    decidesNothing(row, "HTML", "pdp_answer", Fault.html());
    decidesNothing(row, "an array", "pdp_answer", json("[true]"));
    decidesNothing(row, "401", "pdp_answer", Fault.status(401));
    decidesNothing(row, "redirect", "pdp_answer", Fault.redirect("/elsewhere"));
    decidesNothing(row, "500", "pdp_unavailable", Fault.status(500));
    decidesNothing(row, "hang up", "pdp_unavailable", Fault.hangUp());
    decidesNothing(
        row, "1 MB", "pdp_unavailable", json("{\"decision\":true}" + " ".repeat(1 << 20)));
    Fault late = json("{\"decision\":true}").after(Duration.ofSeconds(10));
    decidesNothing(row, "10 s late", "pdp_timeout", late);
    return row.each("yes, and more", OtherServerRows::permits);
  }

  private static void denies(Row row, String name, String reason, String answer) {
    row.each(name, decided(json(answer), Expected.forbidden(null, reason)));
  }

  private static void decidesNothing(Row row, String name, String reason, Fault fault) {
    row.each(name, decided(fault, Expected.unavailable(reason)));
  }

  private static Row.Body decided(Fault fault, Expected expected) {
    return (service, target) -> {
      service.advance(Duration.ofSeconds(10)); // for a breaker that has opened
      service.issuer().fault(Trusted.DECISION, fault);
      service.answers(target, expected, service.token(target).sign());
    };
  }

  /** Goes through, and nobody but the service has seen the token. */
  private static void permits(Attacked service, HostileTarget target) throws Exception {
    service.advance(Duration.ofSeconds(10));
    Fault yes = json("{\"decision\":true,\"context\":{\"reason\":\"x\"},\"more\":[1]}");
    service.issuer().fault(Trusted.DECISION, yes);
    String token = service.token(target).sign();
    service.accepts(target, Attacked.bearer(token));
    List<RecordedRequest> asked = service.issuer().recorded(Trusted.DECISION);
    assertThat(asked).as("questions to the server of decisions").isNotEmpty();
    RecordedRequest last = asked.get(asked.size() - 1);
    assertThat(last.body() + last.headers())
        .as("a question to the server of decisions")
        .contains(Attacked.SUBJECT)
        .doesNotContain(token);
  }

  private static Fault json(String text) {
    return Fault.answer(200, "application/json", text);
  }

  // ---- files that change

  private static Row reload() {
    Row row =
        Row.of(79, "properties that break while the service runs")
            .on(Ground.MOVING)
            .needs(Need.IN_THIS_PROCESS);
    reloaded(row, "issuer that is no address", "issuer", "not an address");
    reloaded(row, "algorithm none", "algorithms", "none");
    reloaded(row, "unknown key", "isuer", "https://other.example");
    reloaded(row, "skew of a day", "clock-skew", "24h");
    return row;
  }

  private static void reloaded(Row row, String name, String key, String value) {
    row.once(
        name,
        (service, target) -> {
          assertThat(service.isLetIn(target, service.token(target).sign())).isTrue();
          Map<String, String> broken = new TreeMap<>(service.setup().properties());
          broken.put(Trusted.key("main", key), value);
          service.setup().events().clear();
          service.setup().write(broken);
          service.advance(Duration.ofSeconds(30));
          assertThat(service.setup().events())
              .as("what is told")
              .anyMatch(event -> event.name().startsWith("settings."));
          assertThat(service.isLetIn(target, service.token(target).sign())).isTrue();
          String forged = service.token(target).forge().unsigned();
          service.answers(target, Expected.invalidToken("alg_not_allowed"), forged);
          service.setup().write();
          service.advance(Duration.ofSeconds(30));
        });
  }

  // ---- calls that go out

  private static Row outgoing() {
    return Row.of(80, "token of the caller, on its way elsewhere")
        .needs(Need.CONFIGURED)
        .needs(Capability.OUTGOING)
        .once(
            "to a host on the list, for which it is meant too",
            (service, target) -> {
              String token = partnersToo(service, target);
              List<Visit> visits = relayed(service, target, service.canary().url("/x"), token, 200);
              assertThat(visits)
                  .extracting(Visit::authorization)
                  .containsExactly("Bearer " + token);
            })
        .once(
            "to a host on the list, for which it is not meant",
            (service, target) -> {
              String token = service.token(target).sign();
              String to = service.canary().url("/x");
              assertThat(relayed(service, target, to, token, 502)).isEmpty();
            })
        .once(
            "to a host that nobody has allowed",
            (service, target) -> {
              String token = partnersToo(service, target);
              String to = service.canary().elsewhere("/x");
              assertThat(relayed(service, target, to, token, 200))
                  .extracting(Visit::authorization)
                  .containsOnlyNulls()
                  .hasSize(1);
            })
        .once(
            "to a host that nobody has allowed, put there by the handler",
            (service, target) -> {
              String token = partnersToo(service, target);
              String to = service.canary().elsewhere("/x") + "&blindly=true";
              assertThat(relayed(service, target, to, token, 502)).isEmpty();
            })
        .once(
            "in any header, put there by the handler",
            (service, target) -> {
              String token = partnersToo(service, target);
              isNotSent(service, target, token, Attacked.bearer(token));
              if (service.has(Capability.API_KEYS)) {
                String key = ApiKeyFile.text(ApiKeyFile.GOOD);
                isNotSent(service, target, key, "X-API-Key: " + key);
                isNotSent(service, target, key, "Authorization: ApiKey " + key);
              }
            })
        .once(
            "to a host that leads on to another",
            (service, target) -> {
              String token = partnersToo(service, target);
              String to = service.canary().url("/redirect");
              assertThat(relayed(service, target, to, token, 200, 502))
                  .as("calls of another host with the token of the caller")
                  .noneMatch(visit ->
                      visit.authorization() != null
                          && !visit.host().equals(service.canary().authority()));
            });
  }

  private static String partnersToo(Attacked service, HostileTarget target) {
    return service.token(target).audience(Trusted.AUDIENCE, Surroundings.PARTNER).sign();
  }

  /** Not to a stranger in any header, and not to the partner in one that is not set for it. */
  private static void isNotSent(
      Attacked service, HostileTarget target, String credential, String line) throws Exception {
    String elsewhere = service.canary().elsewhere("/x") + "&into=";
    String partner = service.canary().url("/x") + "&into=";
    for (String to :
        List.of(
            elsewhere + "Authorization",
            elsewhere + "X-API-Key",
            elsewhere + "X-Original",
            partner + "X-API-Key",
            partner + "X-Original")) {
      assertThat(relayedFor(service, target, to, credential, line, 502)).as("%s", to).isEmpty();
    }
  }

  /** Has the service call an address for the caller, and looks at what has come there. */
  private static List<Visit> relayed(
      Attacked service, HostileTarget target, String to, String token, Integer... statuses)
      throws Exception {
    return relayedFor(service, target, to, token, Attacked.bearer(token), statuses);
  }

  private static List<Visit> relayedFor(
      Attacked service,
      HostileTarget target,
      String to,
      String credential,
      String line,
      Integer... statuses)
      throws Exception {
    String relay = service.host().relay();
    assertThat(relay).as("OUTGOING is there, so HostileHost.relay is a path").isNotNull();
    service.settle(target);
    service.canary().visits().clear();
    Reply reply = service.exchange("GET", relay + "?to=" + to, line);
    assertThat(reply.status()).as("%s", reply).isIn((Object[]) statuses);
    List<Visit> visits = List.copyOf(service.canary().visits());
    service.canary().visits().clear();
    service.requireNotLogged(target, credential);
    return visits;
  }
}
