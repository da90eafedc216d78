// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTVerifier;
import com.auth0.jwt.interfaces.DecodedJWT;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.jsonwebtoken.Claims;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.Objects;
import java.util.Set;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/**
 * Libraries that check a token: all look at signature, issuer, audience and time, with the key in
 * hand. Each is made when it is first asked, as not every one knows every algorithm.
 */
public final class PeerTokens {

  private final Tokens tokens;
  private @Nullable JWTVerifier javaJwt;
  private @Nullable JwtConsumer jose4j;
  private @Nullable JwtParser jjwt;
  private @Nullable DefaultJWTProcessor<SecurityContext> nimbus;
  private @Nullable JwtDecoder spring;

  /**
   * Libraries that know a key.
   *
   * @param tokens of one algorithm
   */
  public PeerTokens(Tokens tokens) {
    this.tokens = tokens;
  }

  // ---- java-jwt: no EdDSA

  /** Checks a token. */
  public DecodedJWT javaJwt(String token) {
    if (javaJwt == null) {
      javaJwt = makeJavaJwt();
    }
    return javaJwt.verify(token);
  }

  private JWTVerifier makeJavaJwt() {
    com.auth0.jwt.algorithms.Algorithm algorithm =
        tokens.key() instanceof RSAPublicKey rsa
            ? com.auth0.jwt.algorithms.Algorithm.RSA256(rsa, null)
            : com.auth0.jwt.algorithms.Algorithm.ECDSA256((ECPublicKey) tokens.key(), null);
    return JWT.require(algorithm).withIssuer(Tokens.ISSUER).withAudience(Tokens.AUDIENCE).build();
  }

  // ---- jose4j

  /** Checks a token. */
  public JwtClaims jose4j(String token) throws InvalidJwtException {
    if (jose4j == null) {
      jose4j =
          new JwtConsumerBuilder()
              .setVerificationKey(tokens.key())
              .setExpectedIssuer(Tokens.ISSUER)
              .setExpectedAudience(Tokens.AUDIENCE)
              .setRequireExpirationTime()
              .setJwsAlgorithmConstraints(
                  new AlgorithmConstraints(ConstraintType.PERMIT, tokens.algorithm()))
              .build();
    }
    return jose4j.processToClaims(token);
  }

  // ---- jjwt

  /** Checks a token. */
  public Claims jjwt(String token) {
    if (jjwt == null) {
      jjwt =
          Jwts.parser()
              .verifyWith(tokens.key())
              .requireIssuer(Tokens.ISSUER)
              .requireAudience(Tokens.AUDIENCE)
              .build();
    }
    return jjwt.parseSignedClaims(token).getPayload();
  }

  // ---- Nimbus: EdDSA only with Tink, which is not here

  /** Checks a token. */
  public JWTClaimsSet nimbus(String token) throws ParseException, BadJOSEException, JOSEException {
    if (nimbus == null) {
      nimbus = makeNimbus();
    }
    return nimbus.process(token, null);
  }

  private DefaultJWTProcessor<SecurityContext> makeNimbus() {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    JWSAlgorithm algorithm = JWSAlgorithm.parse(tokens.algorithm());
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithm, keys()));
    processor.setJWSTypeVerifier(accessToken());
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            Tokens.AUDIENCE,
            new JWTClaimsSet.Builder().issuer(Tokens.ISSUER).build(),
            Set.of("exp")));
    return processor;
  }

  private static JOSEObjectTypeVerifier<SecurityContext> accessToken() {
    return new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt"));
  }

  private JWKSource<SecurityContext> keys() {
    return new ImmutableJWKSet<>(new JWKSet(tokens.jwk()));
  }

  // ---- Spring: no EdDSA

  /** Checks a token. */
  public Jwt spring(String token) {
    if (spring == null) {
      spring = makeSpring();
    }
    return spring.decode(token);
  }

  private JwtDecoder makeSpring() {
    SignatureAlgorithm algorithm =
        Objects.requireNonNull(SignatureAlgorithm.from(tokens.algorithm()));
    NimbusJwtDecoder decoder =
        NimbusJwtDecoder.withJwkSource(keys())
            .jwsAlgorithm(algorithm)
            .jwtProcessorCustomizer(processor -> processor.setJWSTypeVerifier(accessToken()))
            .build();
    decoder.setJwtValidator(
        new DelegatingOAuth2TokenValidator<>(
            new JwtTimestampValidator(),
            new JwtIssuerValidator(Tokens.ISSUER),
            new JwtAudienceValidator(Tokens.AUDIENCE)));
    return decoder;
  }
}
