// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import com.auth0.jwt.interfaces.DecodedJWT;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Endpoint;
import dev.flyball.Stage;
import dev.flyball.auth.internal.http.HttpSettings;
import dev.flyball.benchmarks.BareService;
import dev.flyball.benchmarks.PeerTokens;
import dev.flyball.benchmarks.Tokens;
import io.jsonwebtoken.Claims;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * The stage that authenticates, on a call that runs, beside libraries that check a token.
 *
 * <p>In the package of the stage, which nobody else may see. All look at signature, issuer,
 * audience and time.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TokenBenchmark {

  private static final int NORMAL_CACHE = 8_192;
  private static final int TINY_CACHE = 16;

  /** The tokens of one algorithm; of the benchmark, as others are made from the same ones. */
  @State(Scope.Benchmark)
  public static class Signed {

    /** RS256, ES256 or EdDSA. */
    @Param("RS256")
    public String algorithm = "";

    /** How many tokens there are where each has another one. */
    @Param("2048")
    public int count;

    private @Nullable Tokens tokens;
    private byte[] known = {};

    /** Signs them. */
    @Setup
    public void sign() {
      tokens = Tokens.of(algorithm, count);
      known = tokens.nextHeader();
    }

    Tokens tokens() {
      return Objects.requireNonNull(tokens);
    }

    /** The header of one token, always as a text of its own. */
    String known() {
      return new String(known, StandardCharsets.ISO_8859_1);
    }

    String knownToken() {
      return known().substring("Bearer ".length());
    }

    byte[] knownBytes() {
      return known;
    }
  }

  /** Our stage, and a call that it may look at again and again. */
  @State(Scope.Thread)
  public static class Ours {

    private static final Endpoint ENDPOINT = Endpoint.builder("http", "GET /orders").build();

    private @Nullable BareService service;
    private @Nullable BareService forgetful;
    private @Nullable Stage recognising;
    private @Nullable Stage verifying;

    /** Makes the stage as the module does, with a cache that serves and one that hardly does. */
    @Setup
    public void start(Signed signed) {
      service = service(NORMAL_CACHE, signed.tokens(), stage -> recognising = stage);
      forgetful = service(TINY_CACHE, signed.tokens(), stage -> verifying = stage);
    }

    private static BareService service(int cacheSize, Tokens tokens, Consumer<Stage> taker) {
      String issuer = "flyball.auth.issuers.shop.";
      Map<String, String> properties =
          Map.of(
              issuer + "issuer",
              Tokens.ISSUER,
              issuer + "audience",
              Tokens.AUDIENCE,
              issuer + "jwks",
              tokens.publish().toString(),
              "flyball.auth.token-cache.size",
              Integer.toString(cacheSize));
      return BareService.with(
          new AuthModule().settings(), properties, setup -> install(setup, taker));
    }

    /** The last one of those that look at a credential is the one that compares it. */
    private static void install(dev.flyball.Setup setup, Consumer<Stage> taker) {
      Authentication authentication =
          Authentication.install(setup, new Challenges("shop", ""), HttpSettings.client(setup));
      setup.onStart(() -> {
        List<Stage> stages = authentication.required(ENDPOINT);
        taker.accept(stages.get(stages.size() - 1));
      });
    }

    Stage recognising() {
      return Objects.requireNonNull(recognising);
    }

    Stage verifying() {
      return Objects.requireNonNull(verifying);
    }

    Call with(byte[] header) {
      return Objects.requireNonNull(service).with(header);
    }

    /** Closes the governor. */
    @TearDown
    public void close() {
      Objects.requireNonNull(service).close();
      Objects.requireNonNull(forgetful).close();
    }
  }

  /** Others. */
  @State(Scope.Thread)
  public static class Peers {

    private record Known(DecodedJWT token, long expires) {}

    private final Map<String, Known> map = new ConcurrentHashMap<>();
    private @Nullable PeerTokens libraries;

    /** Makes them, and fills the map where there is a library that can. */
    @Setup
    public void make(Signed signed) {
      PeerTokens made = new PeerTokens(signed.tokens());
      libraries = made;
      if (!signed.algorithm.equals("EdDSA")) {
        DecodedJWT token = made.javaJwt(signed.knownToken());
        map.put(signed.known(), new Known(token, token.getExpiresAtAsInstant().getEpochSecond()));
      }
    }

    PeerTokens libraries() {
      return Objects.requireNonNull(libraries);
    }
  }

  @Benchmark
  public Decision known(Ours ours, Signed signed) {
    return ours.recognising().onStart(ours.with(signed.knownBytes()));
  }

  @Benchmark
  public @Nullable DecodedJWT knownByMap(Peers peers, Signed signed) {
    Peers.Known known = peers.map.get(signed.known());
    long now = System.currentTimeMillis() / 1_000;
    return known != null && known.expires > now ? known.token : null;
  }

  @Benchmark
  public DecodedJWT knownByJavaJwt(Peers peers, Signed signed) {
    return peers.libraries().javaJwt(signed.knownToken());
  }

  @Benchmark
  public Jwt knownBySpring(Peers peers, Signed signed) {
    return peers.libraries().spring(signed.knownToken());
  }

  @Benchmark
  public Decision fresh(Ours ours, Signed signed) {
    return ours.verifying().onStart(ours.with(signed.tokens().nextHeader()));
  }

  @Benchmark
  public DecodedJWT freshByJavaJwt(Peers peers, Signed signed) {
    return peers.libraries().javaJwt(signed.tokens().next());
  }

  @Benchmark
  public JwtClaims freshByJose4j(Peers peers, Signed signed) throws InvalidJwtException {
    return peers.libraries().jose4j(signed.tokens().next());
  }

  @Benchmark
  public Claims freshByJjwt(Peers peers, Signed signed) {
    return peers.libraries().jjwt(signed.tokens().next());
  }

  @Benchmark
  public JWTClaimsSet freshByNimbus(Peers peers, Signed signed)
      throws ParseException, BadJOSEException, JOSEException {
    return peers.libraries().nimbus(signed.tokens().next());
  }

  @Benchmark
  public Jwt freshBySpring(Peers peers, Signed signed) {
    return peers.libraries().spring(signed.tokens().next());
  }

  /** The signature alone. */
  @Benchmark
  public boolean signatureByJdk(Signed signed) throws GeneralSecurityException {
    String token = signed.tokens().next();
    int dot = token.lastIndexOf('.');
    Signature signature = Signature.getInstance(signed.tokens().jdkName());
    signature.initVerify(signed.tokens().key());
    signature.update(token.substring(0, dot).getBytes(StandardCharsets.US_ASCII));
    return signature.verify(Base64.getUrlDecoder().decode(token.substring(dot + 1)));
  }
}
