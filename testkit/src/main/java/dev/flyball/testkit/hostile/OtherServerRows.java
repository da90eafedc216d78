// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.issuer.Fault;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.testkit.contract.RawHttp.Reply;
import dev.flyball.testkit.hostile.Row.Ground;
import dev.flyball.testkit.hostile.Row.Need;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
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
            .needs(Need.IN_THIS_PROCESS)
            .needs(Capability.AUTHZEN)
            .fittingRemoteDecisions();
    Map<String, Fault> denials = new LinkedHashMap<>();
    denials.put("no", json("{\"decision\":false}"));
    Map<String, Fault> nothing = new LinkedHashMap<>();
    nothing.put("a text", json("{\"decision\":\"true\"}"));
    nothing.put("1", json("{\"decision\":1}"));
    nothing.put("null", json("{\"decision\":null}"));
    nothing.put("no decision", json("{\"allow\":true}"));
    nothing.put("two decisions", json("{\"decision\":false,\"decision\":true}"));
    nothing.put("HTML", Fault.html());
    nothing.put("an array", json("[true]"));
    nothing.put("500", Fault.status(500));
    nothing.put("redirect", Fault.redirect("/elsewhere"));
    nothing.put("10 s late", Fault.status(200).after(Duration.ofSeconds(10)));
    denials.forEach((name, fault) -> row.each(name, decided(fault, 403)));
    nothing.forEach((name, fault) -> row.each(name, decided(fault, 403, 503)));
    return row.each(
        "yes, and more",
        (service, target) -> {
          Fault yes = json("{\"decision\":true,\"context\":{\"reason\":\"x\"},\"more\":[1]}");
          service.issuer().fault(Trusted.DECISION, yes);
          service.advance(Duration.ofMinutes(5)); // for a breaker that has opened
          service.accepts(target, Attacked.bearer(service.token(target).sign()));
        });
  }

  private static Row.Body decided(Fault fault, Integer... statuses) {
    return (service, target) -> {
      service.issuer().fault(Trusted.DECISION, fault);
      String token = service.token(target).sign();
      Reply reply = service.sendAs(target, Attacked.bearer(token));
      assertThat(reply.status()).as("%s", reply).isIn((Object[]) statuses);
      assertThat(Answers.isProblem(reply)).as("%s", reply).isTrue();
    };
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
        .once("to a host that nobody has allowed", relayed("/called"))
        .once("to a host that leads on to another", relayed("/redirect"));
  }

  private static Row.Body relayed(String path) {
    return (service, target) -> {
      String relay = service.host().relay();
      Assumptions.assumeTrue(relay != null, "the service calls nobody");
      String token = service.token(target).sign();
      int before = service.canary().visits().size();
      Reply reply =
          service.exchange(
              "GET",
              Objects.requireNonNull(relay) + "?to=" + service.canary().url(path),
              Attacked.bearer(token));
      assertThat(reply.status()).as("%s", reply).isNotIn(401, 404);
      List<Canary.Visit> visits = service.canary().visits();
      assertThat(visits.subList(before, visits.size()))
          .as("calls with the token of the caller")
          .noneMatch(visit -> visit.authorization() != null);
      visits.subList(before, visits.size()).clear();
    };
  }
}
