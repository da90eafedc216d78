// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.text.ParseException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A client that knows nothing of the issuer but its URL. */
final class Client {

  static final String FORM = "application/x-www-form-urlencoded";

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final String url;

  Client(LocalIssuer issuer) {
    this.url = issuer.url();
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(20));
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  CompletableFuture<HttpResponse<String>> getLater(String path) {
    return http.sendAsync(request(path).build(), BodyHandlers.ofString());
  }

  HttpResponse<byte[]> getBytes(String path) throws IOException, InterruptedException {
    return http.send(request(path).build(), BodyHandlers.ofByteArray());
  }

  HttpResponse<String> post(String form) throws IOException, InterruptedException {
    return send(tokenRequest(form));
  }

  HttpRequest.Builder tokenRequest(String form) {
    return request(LocalIssuer.TOKEN)
        .header("Content-Type", FORM)
        .POST(BodyPublishers.ofString(form));
  }

  /** Whatever comes until the other side closes the connection. */
  String raw(String request) throws IOException {
    URI target = URI.create(url);
    try (Socket socket = new Socket(target.getHost(), target.getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  /** The published keys, fetched now. */
  JWKSet keys() throws IOException, InterruptedException, ParseException {
    return JWKSet.parse(get(LocalIssuer.JWKS).body());
  }

  /** Whether a token is signed by the published key that its header names. */
  boolean verifies(String token) throws Exception {
    JWSObject parsed = JWSObject.parse(token);
    JWK key = keys().getKeyByKeyId(parsed.getHeader().getKeyID());
    return key != null && verifies(parsed, key);
  }

  static boolean verifies(JWSObject token, JWK key) throws Exception {
    if (key instanceof OctetKeyPair ed25519) {
      return verifiesEd25519(token, ed25519);
    }
    return token.verify(verifier(key));
  }

  static Map<String, Object> header(String token) {
    return json(token.split("\\.", -1)[0]);
  }

  static Map<String, Object> claims(String token) {
    return json(token.split("\\.", -1)[1]);
  }

  static Map<String, Object> parse(String json) {
    try {
      return JSONObjectUtils.parse(json);
    } catch (ParseException e) {
      throw new AssertionError("not a JSON object: " + json, e);
    }
  }

  private static Map<String, Object> json(String segment) {
    byte[] text = Base64.getUrlDecoder().decode(segment);
    return parse(new String(text, StandardCharsets.UTF_8));
  }

  private static JWSVerifier verifier(JWK key) throws JOSEException {
    return key.getKeyType().getValue().equals("RSA")
        ? new RSASSAVerifier(key.toRSAKey())
        : new ECDSAVerifier(key.toECKey());
  }

  private static boolean verifiesEd25519(JWSObject token, OctetKeyPair key)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance("Ed25519");
    signature.initVerify(ed25519(key.getX().decode()));
    signature.update(token.getSigningInput());
    return signature.verify(token.getSignature().decode());
  }

  /** RFC 8032, section 5.1.3: y in little endian, the sign of x in the last bit. */
  private static PublicKey ed25519(byte[] x) throws GeneralSecurityException {
    byte[] y = new byte[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[x.length - 1 - i];
    }
    boolean odd = y[0] < 0;
    y[0] &= 0x7f;
    EdECPoint point = new EdECPoint(odd, new BigInteger(1, y));
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
  }
}
