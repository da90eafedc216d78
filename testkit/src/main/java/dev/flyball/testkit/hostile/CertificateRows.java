// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.issuer.Algorithm;
import dev.flyball.testkit.contract.RawHttp.Reply;
import dev.flyball.testkit.hostile.Row.Need;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Rows 60 to 62: tokens that are bound to a certificate (RFC 8705, RFC 9440). */
final class CertificateRows {

  private static final String THUMBPRINT = "x5t#S256";

  /** Signed the same each time, and so one certificate; those of ECDSA are all different. */
  private static final Algorithm OWN = Algorithm.RS256;

  private static final Algorithm OTHER = Algorithm.ES256;

  private CertificateRows() {}

  static List<Row> all() {
    return List.of(thumbprints(), forgedHeaders(), confirmations());
  }

  private static Row thumbprints() {
    return Row.of(60, "bound to a certificate that is not there")
        .each("no certificate", (service, target) -> refusesBound(service, target, plain(service)))
        .each("padded", (service, target) -> refusesBound(service, target, plain(service) + "="))
        .each("hex", (service, target) -> refusesBound(service, target, hex(service)))
        .each("empty", (service, target) -> refusesBound(service, target, ""))
        .needs(Need.IN_THIS_PROCESS)
        .needs(Capability.CERTIFICATES)
        .once("behind a declared proxy", CertificateRows::behindProxy);
  }

  private static void behindProxy(Attacked still, HostileTarget target) throws Exception {
    try (Attacked service =
        still.another(
            target,
            setup -> {
              setup.property("flyball.proxies.trusted", "127.0.0.1");
              setup.property("flyball.auth.mtls.header", "Client-Cert");
            })) {
      String token = bound(service, target, plain(service));
      String own = "Client-Cert: " + byteSequence(certificate(service, OWN));
      String other = "Client-Cert: " + byteSequence(certificate(service, OTHER));
      requireStatus(service, target, 200, Attacked.bearer(token), own);
      requireStatus(service, target, 401, Attacked.bearer(token), other);
      requireStatus(service, target, 401, Attacked.bearer(token), own, own);
      requireStatus(service, target, 401, Attacked.bearer(token), other, own);
      requireStatus(service, target, 401, Attacked.bearer(token));
      for (String wrong : List.of(plain(service) + "=", hex(service), " " + plain(service))) {
        String misbound = bound(service, target, wrong);
        requireStatus(service, target, 401, Attacked.bearer(misbound), own);
      }
    }
  }

  private static void requireStatus(
      Attacked service, HostileTarget target, int status, String... lines) throws Exception {
    Reply reply = service.sendAs(target, lines);
    assertThat(reply.status()).as("%s", reply).isEqualTo(status);
  }

  private static Row forgedHeaders() {
    Row row = Row.of(61, "certificate in a header that anybody can send");
    forged(row, "Client-Cert");
    forged(row, "X-Forwarded-Client-Cert");
    forged(row, "X-SSL-Client-Cert");
    forged(row, "X-Client-Cert");
    return row.needs(Need.IN_THIS_PROCESS)
        .needs(Capability.CERTIFICATES)
        .once(
            "beside a proxy that is declared",
            (still, target) -> {
              try (Attacked service =
                  still.another(
                      target,
                      setup -> {
                        setup.property("flyball.proxies.trusted", "192.0.2.1");
                        setup.property("flyball.auth.mtls.header", "Client-Cert");
                      })) {
                String own = "Client-Cert: " + byteSequence(certificate(service, OWN));
                String token = bound(service, target, plain(service));
                service.refuses(
                    target,
                    Expected.invalidToken("cert_binding"),
                    Attacked.bearer(token),
                    own,
                    "X-Forwarded-For: 192.0.2.1");
              }
            });
  }

  private static void forged(Row row, String header) {
    row.each(
        header,
        (service, target) -> {
          byte[] certificate = certificate(service, OWN);
          String value =
              header.equals("X-Forwarded-Client-Cert")
                  ? "Hash=" + hex(service)
                  : byteSequence(certificate);
          service.refuses(
              target,
              Expected.invalidToken("cert_binding"),
              Attacked.bearer(bound(service, target, plain(service))),
              header + ": " + value);
        });
  }

  private static Row confirmations() {
    Row row = Row.of(62, "cnf that nobody understands, or in part");
    List<Object> unknown =
        List.of(
            Map.of("other", "abc"),
            Map.of(),
            Map.of("kid", "k"),
            Map.of("jwk", Map.of("kty", "oct")),
            Map.of("JKT", "abc"),
            Map.of("jkt", 7),
            Map.of(THUMBPRINT, true),
            "jkt",
            7,
            List.of());
    for (Object cnf : unknown) {
      row.token(
          "cnf " + cnf,
          t -> t.claim("cnf", cnf).sign(),
          "cert_binding",
          "dpop_required",
          "cnf_unsupported",
          "claim_type");
    }
    return row.token("cnf null", t -> t.claim("cnf", null).sign())
        .token(
            "both",
            t -> t.claim("cnf", Map.of("jkt", "abc", THUMBPRINT, "abc")).sign(),
            "dpop_required",
            "cert_binding");
  }

  private static void refusesBound(Attacked service, HostileTarget target, String thumbprint)
      throws Exception {
    service.refuses(
        target,
        Expected.invalidToken("cert_binding", "claim_type"),
        Attacked.bearer(bound(service, target, thumbprint)));
  }

  // ---- certificates

  private static String bound(Attacked service, HostileTarget target, String thumbprint) {
    return service.token(target).claim("cnf", Map.of(THUMBPRINT, thumbprint)).sign();
  }

  /** A certificate that somebody has signed for themselves. */
  private static byte[] certificate(Attacked service, Algorithm algorithm) {
    String token = service.issuer().token().algorithm(algorithm).forge().x5c();
    Object chain = Answers.object(Segments.decode(token, 0)).get("x5c");
    if (chain instanceof List<?> certificates && !certificates.isEmpty()) {
      return Base64.getDecoder().decode(String.valueOf(certificates.get(0)));
    }
    throw new IllegalStateException("no certificate in the header (expected: x5c)");
  }

  private static String plain(Attacked service) {
    return ApiKeyFile.hash(certificate(service, OWN));
  }

  private static String hex(Attacked service) {
    return HexFormat.of().formatHex(Base64.getUrlDecoder().decode(plain(service)));
  }

  private static String byteSequence(byte[] certificate) {
    return ":" + Base64.getEncoder().encodeToString(certificate) + ":";
  }
}
