// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTVerifier;
import com.auth0.jwt.interfaces.DecodedJWT;
import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.auth.internal.keys.FileKeys;
import dev.flyball.auth.internal.keys.JwksSource;
import dev.flyball.benchmarks.BareService;
import dev.flyball.benchmarks.Tokens;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
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
  private static final long CACHE_BYTES = 32L * 1024 * 1024;
  private static final long MAX_AGE_SECONDS = 300;
  private static final int TOKEN_LIMIT = 8 * 1024;

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

    byte[] knownBytes() {
      return known;
    }
  }

  /** Our stage, and a call that it may look at again and again. */
  @State(Scope.Thread)
  public static class Ours {

    private @Nullable BareService service;
    private @Nullable AuthenticateStage recognising;
    private @Nullable AuthenticateStage verifying;

    /** Makes the stage as the module does, with a cache that serves and one that hardly does. */
    @Setup
    public void start(Signed signed) {
      Map<String, String> properties =
          Map.of(
              "flyball.auth.issuers.shop.issuer", Tokens.ISSUER,
              "flyball.auth.issuers.shop.audience", Tokens.AUDIENCE);
      service =
          BareService.with(
              AuthSettings.all(), properties, setup -> install(setup, signed.tokens()));
    }

    private void install(dev.flyball.Setup setup, Tokens tokens) {
      JwksSource keys = new JwksSource("shop", new FileKeys(tokens.publish()), setup);
      setup.onStart(keys::start);
      Issuer issuer = new Issuer("shop", setup.settings(), keys);
      AuthMeters meters = new AuthMeters(setup.meters());
      recognising = stage(issuer, meters, NORMAL_CACHE);
      verifying = stage(issuer, meters, TINY_CACHE);
    }

    private static AuthenticateStage stage(Issuer issuer, AuthMeters meters, int cacheSize) {
      Challenges challenges = new Challenges("shop");
      TokenCache cache = new TokenCache(cacheSize, CACHE_BYTES, MAX_AGE_SECONDS);
      AccessTokens tokens =
          new AccessTokens(
              Map.of(issuer.value(), issuer), null, cache, meters, challenges, TOKEN_LIMIT);
      return new AuthenticateStage(tokens, challenges, false);
    }

    AuthenticateStage recognising() {
      return Objects.requireNonNull(recognising);
    }

    AuthenticateStage verifying() {
      return Objects.requireNonNull(verifying);
    }

    Call with(byte[] header) {
      return Objects.requireNonNull(service).with(header);
    }

    /** Closes the governor. */
    @TearDown
    public void close() {
      Objects.requireNonNull(service).close();
    }
  }

  /** Others. */
  @State(Scope.Thread)
  public static class Peers {

    private record Known(DecodedJWT token, long expires) {}

    private final Map<String, Known> map = new ConcurrentHashMap<>();
    private @Nullable JWTVerifier javaJwt;
    private @Nullable JwtConsumer jose4j;

    /** Makes them; java-jwt has no EdDSA. */
    @Setup
    public void make(Signed signed) {
      if (signed.algorithm.equals("EdDSA")) {
        jose4j = jose4j(signed.tokens());
      } else {
        javaJwt = javaJwt(signed.tokens());
        DecodedJWT token = javaJwt().verify(signed.known().substring("Bearer ".length()));
        map.put(signed.known(), new Known(token, token.getExpiresAtAsInstant().getEpochSecond()));
      }
    }

    private static JWTVerifier javaJwt(Tokens tokens) {
      com.auth0.jwt.algorithms.Algorithm algorithm =
          tokens.key() instanceof RSAPublicKey rsa
              ? com.auth0.jwt.algorithms.Algorithm.RSA256(rsa, null)
              : com.auth0.jwt.algorithms.Algorithm.ECDSA256((ECPublicKey) tokens.key(), null);
      return JWT.require(algorithm).withIssuer(Tokens.ISSUER).withAudience(Tokens.AUDIENCE).build();
    }

    private static JwtConsumer jose4j(Tokens tokens) {
      return new JwtConsumerBuilder()
          .setVerificationKey(tokens.key())
          .setExpectedIssuer(Tokens.ISSUER)
          .setExpectedAudience(Tokens.AUDIENCE)
          .setRequireExpirationTime()
          .setJwsAlgorithmConstraints(new AlgorithmConstraints(ConstraintType.PERMIT, "EdDSA"))
          .build();
    }

    JWTVerifier javaJwt() {
      return Objects.requireNonNull(javaJwt);
    }

    JwtConsumer jose4j() {
      return Objects.requireNonNull(jose4j);
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
    return peers.javaJwt().verify(signed.known().substring("Bearer ".length()));
  }

  @Benchmark
  public Decision fresh(Ours ours, Signed signed) {
    return ours.verifying().onStart(ours.with(signed.tokens().nextHeader()));
  }

  @Benchmark
  public DecodedJWT freshByJavaJwt(Peers peers, Signed signed) {
    return peers.javaJwt().verify(signed.tokens().next());
  }

  @Benchmark
  public JwtClaims freshByJose4j(Peers peers, Signed signed) throws InvalidJwtException {
    return peers.jose4j().processToClaims(signed.tokens().next());
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
