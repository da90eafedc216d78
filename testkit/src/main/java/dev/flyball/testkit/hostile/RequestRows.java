// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.testkit.contract.PathTricks;
import dev.flyball.testkit.contract.RawHttp.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/** Rows 48 to 51 and 70 to 72: where credentials stand, and how endpoints are asked for. */
final class RequestRows {

  /** Refused, unknown, or led elsewhere. */
  private static final Set<Integer> NOT_LET_IN =
      Set.of(301, 302, 307, 308, 400, 401, 403, 404, 405, 501);

  private static final String NOBODY = "Authorization: Bearer nobody";

  private RequestRows() {}

  static List<Row> all() {
    return List.of(
        twoCredentials(),
        spellings(),
        otherPlaces(),
        otherSchemes(),
        paths(),
        methods(),
        dispatches());
  }

  // ---- credentials

  private static Row twoCredentials() {
    return Row.of(48, "more than one credential")
        .each(
            "the same header twice",
            (service, target) -> {
              String line = Attacked.bearer(service.token(target).sign());
              service.refuses(target, Expected.invalidRequest().orByHost(), line, line);
            })
        .each(
            "two headers, the second one good",
            (service, target) ->
                service.refuses(
                    target,
                    Expected.invalidRequest().orByHost(),
                    NOBODY,
                    Attacked.bearer(service.token(target).sign())))
        .each(
            "two headers in other case",
            (service, target) -> {
              String token = service.token(target).sign();
              service.refuses(
                  target,
                  Expected.invalidRequest().orByHost(),
                  "AUTHORIZATION: Bearer " + token,
                  "authorization: Basic YTpi");
            })
        .each(
            "a list in one header",
            (service, target) -> {
              String token = service.token(target).sign();
              service.refuses(
                  target, Expected.invalidRequest(), Attacked.bearer(token) + ", Bearer " + token);
            })
        .each(
            "one more in the query",
            (service, target) -> {
              String token = service.token(target).sign();
              service.refuses(
                  target,
                  target.path() + "?access_token=" + token,
                  Expected.invalidRequest(),
                  Attacked.bearer(token));
            })
        .each(
            "one more in the query, as a second parameter",
            (service, target) -> {
              String token = service.token(target).sign();
              service.refuses(
                  target,
                  target.path() + "?a=b&access_token=" + token,
                  Expected.invalidRequest(),
                  Attacked.bearer(token));
            });
  }

  private static Row spellings() {
    return Row.of(49, "spellings of the scheme")
        .each("bearer", spelled("bearer "))
        .each("BEARER", spelled("BEARER "))
        .each("bEaReR", spelled("bEaReR "))
        .each("two blanks", misspelled("Bearer  "))
        .each(
            "a tab",
            (service, target) -> {
              String line = "Authorization: Bearer\t" + service.token(target).sign();
              if (service.host().keepsTabs()) {
                service.refuses(target, rest(), line);
              } else {
                service.acceptsOrRefuses(target, rest(), line);
              }
            })
        .each("a tab behind the blank", misspelled("Bearer \t"))
        .each("no blank", misspelled("Bearer"))
        .each("an equals sign", misspelled("Bearer="))
        .each("a colon", misspelled("Bearer: "))
        .each("no scheme", misspelled(""))
        .each("quoted", misspelled("Bearer \""))
        .lines("no token", rest(), "Authorization: Bearer")
        .lines("nothing", rest(), "Authorization:")
        .lines("null", rest(), "Authorization: Bearer null")
        .lines("undefined", rest(), "Authorization: Bearer undefined")
        .lines("not ASCII", rest(), "Authorization: Bearer \u00e4\u00f6\u00fc\ud83d\ude00")
        .lines("NUL", rest(), "Authorization: Bearer a\u0000b")
        .lines("a folded line", rest(), "Authorization: Bearer\r\n abc.def.ghi")
        .lines("a control character", rest(), "Authorization: Bearer \u0001\u0007")
        .lines("a template", rest(), "Authorization: Bearer {{token}}");
  }

  private static Row.Body spelled(String scheme) {
    return (service, target) ->
        service.accepts(target, "Authorization: " + scheme + service.token(target).sign());
  }

  private static Row.Body misspelled(String scheme) {
    return (service, target) ->
        service.refuses(target, rest(), "Authorization: " + scheme + service.token(target).sign());
  }

  /** Whether it is a bad token or none at all is a question of taste. */
  private static Expected rest() {
    return Expected.anyUnauthorized();
  }

  private static Row otherPlaces() {
    return Row.of(50, "tokens in other places")
        .each(
            "query",
            (service, target) ->
                service.refuses(
                    target,
                    target.path() + "?access_token=" + service.token(target).sign(),
                    Expected.noCredential("credentials_missing")))
        .each(
            "cookie",
            (service, target) ->
                service.refuses(
                    target,
                    Expected.noCredential("credentials_missing"),
                    "Cookie: access_token=" + service.token(target).sign()))
        .each("form", RequestRows::form)
        .each(
            "headers that proxies use",
            (service, target) -> {
              String token = service.token(target).sign();
              service.refuses(
                  target,
                  Expected.noCredential("credentials_missing"),
                  "X-Forwarded-Access-Token: " + token,
                  "X-Auth-Request-Access-Token: " + token,
                  "X-Original-Authorization: Bearer " + token,
                  "Proxy-Authorization: Bearer " + token,
                  "X-Forwarded-User: root",
                  "Remote-User: root");
            });
  }

  private static void form(Attacked service, HostileTarget target) throws Exception {
    HostileTarget sending =
        target.body(
            "application/x-www-form-urlencoded", "access_token=" + service.token(target).sign());
    service.refusesAs(sending, target, Expected.noCredential("credentials_missing"));
  }

  private static Row otherSchemes() {
    String basic =
        Base64.getEncoder()
            .encodeToString("hostile-user:hostile-password".getBytes(StandardCharsets.UTF_8));
    return Row.of(51, "other schemes")
        .lines("Basic", Expected.noCredential(), "Authorization: Basic " + basic)
        .lines("Digest", Expected.noCredential(), "Authorization: Digest username=\"a\"")
        .lines("Negotiate", Expected.noCredential(), "Authorization: Negotiate YIIB")
        .each(
            "Token",
            (service, target) ->
                service.refuses(
                    target,
                    Expected.noCredential(),
                    "Authorization: Token " + service.token(target).sign()));
  }

  // ---- endpoints

  private static Row paths() {
    return Row.of(70, "ways to write a path")
        .each(
            "no credential gets through",
            (service, target) -> {
              for (String path : PathTricks.of(target.path())) {
                service.neverLetsIn(target.method(), path, NOT_LET_IN);
              }
              service.settle(target);
            })
        .fitting("endpoint with scopes or roles", HostileTarget::isRestricted)
        .each(
            "a caller of something else gets through nowhere",
            (service, target) -> {
              String stranger = Attacked.bearer(service.stranger(target));
              for (String path : PathTricks.of(target.path())) {
                service.neverLetsIn(target.method(), path, NOT_LET_IN, stranger);
              }
              service.settle(target);
            });
  }

  private static Row methods() {
    return Row.of(71, "ways to write a method")
        .each(
            "methods that nobody declared",
            (service, target) -> {
              String other = target.method().equals("GET") ? "DELETE" : "PATCH";
              for (String method :
                  List.of("OPTIONS", "TRACE", other, "get", "GeT", "HEAD", "PROPFIND", "X")) {
                service.neverLetsIn(method, target.path(), NOT_LET_IN);
              }
              service.settle(target);
            })
        .each(
            "overriding the method",
            (service, target) ->
                service.refuses(
                    target,
                    Expected.noCredential("credentials_missing"),
                    "X-HTTP-Method-Override: OPTIONS",
                    "X-HTTP-Method: HEAD",
                    "X-Method-Override: OPTIONS"))
        .each("preflight", RequestRows::preflight);
  }

  private static void preflight(Attacked service, HostileTarget target) throws Exception {
    Reply reply =
        service.exchange(
            "OPTIONS",
            target.path(),
            "Origin: https://attacker.example",
            "Access-Control-Request-Method: " + target.method(),
            "Access-Control-Request-Headers: authorization");
    assertThat(reply.header("Access-Control-Allow-Origin"))
        .as("CORS that nobody declared: %s", reply)
        .isNull();
    service.settle(target);
  }

  private static Row dispatches() {
    return Row.of(72, "led to the handler by the host itself")
        .once("without a credential", (service, target) -> dispatched(service, target, 401))
        .once(
            "with a credential for something else",
            (service, target) ->
                dispatched(service, target, 403, Attacked.bearer(service.stranger(target))));
  }

  private static void dispatched(
      Attacked service, HostileTarget target, int status, String... lines) throws Exception {
    Map<String, String> ways = service.host().dispatches();
    if (ways.isEmpty()) {
      Assumptions.abort("the host leads nobody on");
    }
    for (Map.Entry<String, String> way : ways.entrySet()) {
      Reply reply = service.exchange("GET", way.getValue(), lines);
      assertThat(reply.status()).as("%s: %s", way.getKey(), reply).isEqualTo(status);
      assertThat(reply.body()).as(way.getKey()).doesNotContain(Attacked.SUBJECT);
    }
    service.settle(target);
  }
}
