// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import static dev.flyball.testkit.hostile.DpopProofs.KEY;
import static dev.flyball.testkit.hostile.DpopProofs.OTHER;
import static dev.flyball.testkit.hostile.DpopProofs.authorization;
import static dev.flyball.testkit.hostile.DpopProofs.bound;
import static dev.flyball.testkit.hostile.DpopProofs.header;
import static dev.flyball.testkit.hostile.DpopProofs.proof;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.SharedStore;
import dev.flyball.issuer.SigningKey;
import dev.flyball.issuer.TokenBuilder;
import dev.flyball.testkit.contract.RawHttp.Reply;
import dev.flyball.testkit.hostile.Row.Need;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Rows 52 to 59: tokens that are bound to a key (RFC 9449). */
final class BindingRows {

  private static final Expected INVALID = Expected.invalidProof("invalid_dpop_proof");
  private static final Expected REPLAYED =
      Expected.invalidProof("dpop_replayed", "invalid_dpop_proof");

  private BindingRows() {}

  static List<Row> all() {
    return List.of(
        downgrade(), otherRequest(), spoiled(), times(), replay(), storeDown(), nonces(), kept());
  }

  private static Row dpop(int number, String title) {
    return Row.of(number, title).needs(Need.IN_THIS_PROCESS).needs(Capability.DPOP);
  }

  private static Row downgrade() {
    return Row.of(52, "bound token as a plain one")
        .token(
            "without a proof", t -> t.claim("cnf", Map.of("jkt", KEY.id())).sign(), "dpop_required")
        .each(
            "twice, so that it might be known",
            (service, target) -> {
              String token = bound(service, target, KEY);
              for (int i = 0; i < 2; i++) {
                service.refuses(
                    target, Expected.invalidToken("dpop_required"), Attacked.bearer(token));
              }
            })
        .needs(Need.IN_THIS_PROCESS)
        .needs(Capability.DPOP)
        .each(
            "with a proof, as Bearer",
            (service, target) -> {
              String token = bound(service, target, KEY);
              service.refuses(
                  target,
                  Expected.invalidToken("dpop_required"),
                  Attacked.bearer(token),
                  header(proof(service, target, token, KEY).sign()));
            });
  }

  // ---- proofs

  private static Row otherRequest() {
    Row row = dpop(53, "proof for another request");
    proves(row, "htm of another method", t -> t.claim("htm", "PATCH"));
    proves(row, "htm in lower case", t -> t.claim("htm", "get"));
    proves(row, "htm missing", t -> t.without("htm"));
    proves(row, "htu missing", t -> t.without("htu"));
    proves(row, "htu no address", t -> t.claim("htu", "orders"));
    addressed(row, "another host", uri -> uri.replace("127.0.0.1", "attacker.example"));
    addressed(row, "another port", uri -> uri.replaceAll(":(\\d+)/", ":1/"));
    addressed(row, "another scheme", uri -> uri.replace("http:", "https:"));
    addressed(row, "another path", uri -> uri + "1");
    addressed(row, "slash at the end", uri -> uri + "/");
    addressed(row, "query", uri -> uri + "?a=b");
    addressed(row, "fragment", uri -> uri + "#a");
    addressed(row, "user info", uri -> uri.replace("//", "//a@"));
    addressed(row, "case of the path", BindingRows::withPathInCapitals);
    return row.each(
        "one that is good, whatever the query",
        (service, target) -> {
          String token = bound(service, target, KEY);
          Reply reply =
              service.send(
                  target,
                  target.path() + "?page=2",
                  authorization(token),
                  header(proof(service, target, token, KEY).sign()));
          assertThat(reply.status()).as("%s", reply).isLessThan(300);
          service.record();
        });
  }

  private static String withPathInCapitals(String uri) {
    int path = uri.indexOf('/', uri.indexOf("//") + 2);
    return uri.substring(0, path) + uri.substring(path).toUpperCase(Locale.ROOT);
  }

  private static void proves(Row row, String name, UnaryOperator<TokenBuilder> spoil) {
    row.each(
        name,
        (service, target) -> {
          String token = bound(service, target, KEY);
          String proof = spoil.apply(proof(service, target, token, KEY)).sign();
          service.refuses(target, INVALID, authorization(token), header(proof));
        });
  }

  private static void addressed(Row row, String name, UnaryOperator<String> change) {
    row.each(
        "htu with " + name,
        (service, target) -> {
          String token = bound(service, target, KEY);
          String uri = change.apply(service.uri() + target.path());
          String proof = proof(service, target, token, KEY).claim("htu", uri).sign();
          service.refuses(target, INVALID, authorization(token), header(proof));
        });
  }

  private static Row spoiled() {
    Row row = dpop(54, "proof that is none");
    proves(row, "no ath", t -> t.without("ath"));
    proves(row, "ath of another token", t -> t.claim("ath", ApiKeyFile.hash("another")));
    proves(row, "a private key in it", t -> t.header("jwk", KEY.privateJwk()));
    proves(row, "no key in it", t -> t.withoutHeader("jwk"));
    proves(row, "a symmetric key", t -> t.header("jwk", Map.of("kty", "oct", "k", "c2VjcmV0")));
    proves(row, "typ JWT", t -> t.typ("JWT"));
    proves(row, "no typ", t -> t.withoutHeader("typ"));
    proves(row, "alg none", t -> t.header("alg", "none"));
    proves(row, "alg HS256", t -> t.header("alg", "HS256"));
    proves(row, "jku", t -> t.header("jku", "https://attacker.example/jwks"));
    proves(row, "crit", t -> t.header("crit", List.of("exp")));
    row.each(
        "signed by another key than the one in it",
        (service, target) -> {
          String token = bound(service, target, KEY);
          String proof = proof(service, target, token, KEY).signedBy(OTHER).sign();
          service.refuses(target, INVALID, authorization(token), header(proof));
        });
    row.each(
        "of another key than the token is bound to",
        (service, target) -> {
          String token = bound(service, target, KEY);
          String proof = proof(service, target, token, OTHER).sign();
          service.refuses(target, INVALID, authorization(token), header(proof));
        });
    row.each(
        "two of them",
        (service, target) -> {
          String token = bound(service, target, KEY);
          String proof = header(proof(service, target, token, KEY).sign());
          service.refuses(target, INVALID, authorization(token), proof, proof);
        });
    row.each(
        "none",
        (service, target) ->
            service.refuses(target, INVALID, authorization(bound(service, target, KEY))));
    return row.lines("garbage", Expected.anyUnauthorized(), "Authorization: DPoP x", "DPoP: x");
  }

  private static Row times() {
    Row row = dpop(55, "proof of another time");
    at(row, "iat an hour ago", -3_600);
    at(row, "iat in an hour", 3_600);
    proves(row, "iat missing", t -> t.without("iat"));
    proves(row, "iat a text", t -> t.claim("iat", "now"));
    proves(row, "jti missing", t -> t.without("jti"));
    proves(row, "jti empty", t -> t.claim("jti", ""));
    proves(row, "jti a number", t -> t.claim("jti", 7));
    row.each(
        "jti of 10 KB",
        (service, target) -> {
          String token = bound(service, target, KEY);
          String proof = proof(service, target, token, KEY).claim("jti", "j".repeat(10_000)).sign();
          service.refuses(target, INVALID.orByHost(), authorization(token), header(proof));
        });
    return row;
  }

  private static void at(Row row, String name, int seconds) {
    row.each(
        name,
        (service, target) -> {
          String token = bound(service, target, KEY);
          String proof =
              proof(service, target, token, KEY)
                  .claim("iat", service.now().getEpochSecond() + seconds)
                  .sign();
          service.refuses(target, INVALID, authorization(token), header(proof));
        });
  }

  // ---- proofs that come again

  private static Row replay() {
    return dpop(56, "proof that comes again")
        .each(
            "twice",
            (service, target) -> {
              String token = bound(service, target, KEY);
              String proof = header(proof(service, target, token, KEY).sign());
              service.accepts(target, authorization(token), proof);
              service.refuses(target, REPLAYED, authorization(token), proof);
            })
        .each(
            "jti of another key",
            (service, target) -> {
              String id = "shared-" + service.now() + target.path() + target.method();
              for (SigningKey key : List.of(KEY, OTHER)) {
                String token = bound(service, target, key);
                String proof = proof(service, target, token, key).claim("jti", id).sign();
                service.accepts(target, authorization(token), header(proof));
              }
            })
        .once("at a second node", BindingRows::atSecondNode)
        .once("right at the end of the window", BindingRows::atTheEnd);
  }

  private static void atSecondNode(Attacked still, HostileTarget target) throws Exception {
    SharedStore store = SharedStore.inMemory(still.setup().time());
    try (Attacked first = still.another(target, setup -> setup.store(store));
        Attacked second = still.another(target, setup -> setup.store(store))) {
      String token = bound(first, target, KEY);
      // both are one service to the client, which a load balancer leads here and there
      String host = "Host: orders.example";
      TokenBuilder proof =
          proof(first, target, token, KEY).claim("htu", "http://orders.example" + target.path());
      String line = header(proof.sign());
      requireStatus(first, target, 200, host, authorization(token), line);
      requireStatus(second, target, 401, host, authorization(token), line);
      requireStatus(second, target, 200, host, authorization(token), header(proof.sign()));
    }
  }

  private static void requireStatus(
      Attacked service, HostileTarget target, int status, String... lines) throws Exception {
    Reply reply = service.sendAs(target, lines);
    assertThat(reply.status()).as("%s", reply).isEqualTo(status);
  }

  private static void atTheEnd(Attacked still, HostileTarget target) throws Exception {
    try (Attacked service = still.another(target, setup -> {})) {
      TokenBuilder builder =
          service
              .token(target)
              .expiresIn(Duration.ofHours(1))
              .claim("cnf", Map.of("jkt", KEY.id()));
      String token = builder.sign();
      String proof = header(proof(service, target, token, KEY).sign());
      service.accepts(target, authorization(token), proof);
      for (int i = 0; i < 24; i++) {
        service.advance(Duration.ofSeconds(5));
        Reply reply = service.send(target, target.path(), authorization(token), proof);
        assertThat(reply.status()).as("after %d s", 5 * (i + 1)).isEqualTo(401);
      }
    }
  }

  private static Row storeDown() {
    return dpop(57, "store of proofs is down")
        .once(
            "nobody is let in",
            (still, target) -> {
              try (Attacked service =
                  still.another(
                      target,
                      setup -> {
                        setup.store(new BrokenStore());
                        if (still.has(Capability.REVOCATION)) {
                          setup.property("flyball.auth.revocation.on-outage", "accept");
                        }
                      })) {
                String token = bound(service, target, KEY);
                service.refuses(
                    target,
                    Expected.unavailable(),
                    authorization(token),
                    header(proof(service, target, token, KEY).sign()));
              }
            });
  }

  private static Row nonces() {
    return dpop(58, "nonces").once("missing, good, forged, expired", BindingRows::nonces);
  }

  private static void nonces(Attacked still, HostileTarget target) throws Exception {
    try (Attacked service =
        still.another(target, setup -> setup.property("flyball.auth.dpop.nonce", "required"))) {
      String token =
          service
              .token(target)
              .expiresIn(Duration.ofHours(1))
              .claim("cnf", Map.of("jkt", KEY.id()))
              .sign();
      String nonce = nonceAskedFor(service, target, token, t -> t);
      accepts(service, target, token, nonce);
      nonceAskedFor(service, target, token, t -> t.claim("nonce", "forged"));
      nonceAskedFor(service, target, token, t -> t.claim("nonce", nonce + "A"));
      nonceAskedFor(service, target, token, t -> t.claim("nonce", 7));
      service.advance(Duration.ofMinutes(30));
      nonceAskedFor(service, target, token, t -> now(service, t).claim("nonce", nonce));
    }
  }

  /** The issuer's clock is that of the first service. */
  private static TokenBuilder now(Attacked service, TokenBuilder proof) {
    return proof.claim("iat", service.now().getEpochSecond());
  }

  private static String nonceAskedFor(
      Attacked service, HostileTarget target, String token, UnaryOperator<TokenBuilder> change)
      throws Exception {
    String proof = change.apply(proof(service, target, token, KEY)).sign();
    Reply reply = service.sendAs(target, authorization(token), header(proof));
    Answers.check(reply, new Expected(Set.of(401), "use_dpop_nonce", Set.of(), false, 0));
    String nonce = reply.header("DPoP-Nonce");
    assertThat(nonce).as("DPoP-Nonce").isNotBlank();
    return Objects.requireNonNull(nonce);
  }

  private static void accepts(Attacked service, HostileTarget target, String token, String nonce)
      throws Exception {
    String proof = proof(service, target, token, KEY).claim("nonce", nonce).sign();
    service.accepts(target, authorization(token), header(proof));
  }

  private static Row kept() {
    return dpop(59, "jti of a proof that has failed")
        .each(
            "is good for the proof that is right",
            (service, target) -> {
              String token = bound(service, target, KEY);
              TokenBuilder proof =
                  proof(service, target, token, KEY)
                      .claim("jti", "kept-" + target.method() + target.path());
              String bad = proof.claim("ath", ApiKeyFile.hash("another")).sign();
              service.refuses(target, INVALID, authorization(token), header(bad));
              String good = proof.claim("ath", ApiKeyFile.hash(token)).sign();
              service.accepts(target, authorization(token), header(good));
            });
  }
}
