// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.issuer.TokenBuilder;
import dev.flyball.testkit.contract.RawHttp.Reply;
import dev.flyball.testkit.hostile.Row.Need;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Rows 67 to 69: API keys, and peers that try one credential after another. */
final class ApiKeyRows {

  private static final Set<String> OF_THE_FILE = Set.of("hostile:read", "hostile:write");
  private static final int FAILURES = 10;

  /** What alone may differ between two answers. */
  private static final Pattern TRACE = Pattern.compile("\"traceId\":\"[0-9a-f]{32}\"");

  private ApiKeyRows() {}

  static List<Row> all() {
    return List.of(keys(), besideToken(), throttle());
  }

  /** The keys of the file have two scopes, and no roles. */
  private static boolean opensWithKey(HostileTarget target) {
    return target.roles().isEmpty() && OF_THE_FILE.containsAll(target.scopes());
  }

  private static Map<String, String> badKeys() {
    String good = ApiKeyFile.text(ApiKeyFile.GOOD);
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("wrong secret", ApiKeyFile.text(ApiKeyFile.GOOD, "x".repeat(32)));
    keys.put("unknown id", ApiKeyFile.text(ApiKeyFile.UNKNOWN));
    keys.put("bad checksum", good.substring(0, good.length() - 1) + '~');
    keys.put("typing error", good.replace("_live_", "_lvie_"));
    keys.put("too short", good.substring(0, good.length() - 7));
    keys.put("too long", good + good);
    keys.put("expired", ApiKeyFile.text(ApiKeyFile.EXPIRED));
    keys.put("revoked", ApiKeyFile.text(ApiKeyFile.REVOKED));
    keys.put("of another service", ApiKeyFile.text(ApiKeyFile.OTHER_SERVICE));
    keys.put("from another network", ApiKeyFile.text(ApiKeyFile.OTHER_NETWORK));
    keys.put("nothing like a key", "hostile-nothing-like-a-key");
    return keys;
  }

  private static Row keys() {
    Row row =
        Row.of(67, "API keys that are not good")
            .needs(Need.IN_THIS_PROCESS)
            .needs(Capability.API_KEYS)
            .fitting("endpoint that the API keys of the suite open", ApiKeyRows::opensWithKey);
    badKeys()
        .forEach((name, key) ->
            row.each(
                name,
                (service, target) ->
                    service.refuses(target, Expected.invalidToken(), "X-API-Key: " + key)));
    return row.each(
            "one answer for all",
            (service, target) -> {
              Set<String> bodies = new HashSet<>();
              for (String key : badKeys().values()) {
                String body = service.exchange(target.method(), target.path(), header(key)).body();
                bodies.add(TRACE.matcher(body).replaceAll(""));
              }
              assertThat(bodies).as("bodies").hasSize(1);
              service.settle(target);
            })
        .each(
            "good",
            (service, target) -> service.accepts(target, header(ApiKeyFile.text(ApiKeyFile.GOOD))))
        .each(
            "grace, with a warning",
            (service, target) -> {
              Reply reply = service.accepts(target, header(ApiKeyFile.text(ApiKeyFile.GRACE)));
              assertThat(reply.toString()).containsIgnoringCase("deprecation");
            })
        .each(
            "two keys",
            (service, target) -> {
              String line = header(ApiKeyFile.text(ApiKeyFile.GOOD));
              service.refuses(target, Expected.invalidRequest(), line, line);
            });
  }

  private static String header(String key) {
    return "X-API-Key: " + key;
  }

  private static Row besideToken() {
    return Row.of(68, "API key beside a token")
        .needs(Need.IN_THIS_PROCESS)
        .needs(Capability.API_KEYS)
        .each(
            "both good",
            (service, target) ->
                service.refuses(
                    target,
                    Expected.invalidRequest(),
                    header(ApiKeyFile.text(ApiKeyFile.GOOD)),
                    Attacked.bearer(service.token(target).sign())))
        .each(
            "the key bad",
            (service, target) ->
                service.refuses(
                    target,
                    Expected.invalidRequest(),
                    header(ApiKeyFile.text(ApiKeyFile.UNKNOWN)),
                    Attacked.bearer(service.token(target).sign())));
  }

  // ---- row 69

  private static Row throttle() {
    return Row.of(69, "one bad credential after another")
        .needs(Need.IN_THIS_PROCESS)
        .needs(Capability.THROTTLING)
        .once("the eleventh, and what comes after", ApiKeyRows::throttled);
  }

  private static void throttled(Attacked still, HostileTarget target) throws Exception {
    try (Attacked service =
        still.another(
            target,
            setup -> setup.property("flyball.auth.throttle.failures", String.valueOf(FAILURES)))) {
      String known = service.token(target).expiresIn(Duration.ofHours(1)).sign();
      assertThat(service.isLetIn(target, known)).isTrue();
      for (int i = 0; i < FAILURES; i++) {
        assertThat(service.status(target, bad(service, target))).as("attempt %d", i).isEqualTo(401);
      }
      service.answers(target, Expected.throttled(), bad(service, target));
      Reply forged =
          service.exchange(
              target.method(),
              target.path(),
              Attacked.bearer(bad(service, target)),
              "X-Forwarded-For: 203.0.113.7",
              "Forwarded: for=203.0.113.8",
              "X-Real-IP: 203.0.113.9");
      assertThat(forged.status()).as("behind a forged address").isEqualTo(429);
      assertThat(service.isLetIn(target, known)).as("a known token").isTrue();
      int good = service.status(target, service.token(target).sign());
      assertThat(good).as("a good token that is new: as the policy says").isIn(200, 429);
      service.advance(Duration.ofMinutes(2));
      TokenBuilder later = service.token(target).expiresIn(Duration.ofHours(1));
      assertThat(service.isLetIn(target, later.sign())).as("after the window").isTrue();
    }
  }

  private static String bad(Attacked service, HostileTarget target) {
    return service.token(target).forge().tamperedSignature();
  }
}
