// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import com.nimbusds.jose.JWSObject;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.text.ParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The token of somebody for whom a client asks for another (RFC 8693, section 2.1). */
record SubjectToken(String subject) {

  static final String GRANT = "urn:ietf:params:oauth:grant-type:token-exchange";
  static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

  private static final String JWT = "urn:ietf:params:oauth:token-type:jwt";

  static SubjectToken of(Form form, TokenDefaults defaults) throws TokenRefusal {
    String token = form.single("subject_token");
    if (token == null) {
      throw TokenRefusal.of("invalid_request", "subject_token is missing");
    }
    requireType(form.single("subject_token_type"), "subject_token_type");
    String requested = form.single("requested_token_type");
    if (requested != null) {
      requireType(requested, "requested_token_type");
    }
    if (form.single("actor_token") != null) {
      throw TokenRefusal.of("invalid_request", "actor_token is not supported");
    }
    return new SubjectToken(subject(token, defaults));
  }

  private static void requireType(@Nullable String type, String name) throws TokenRefusal {
    if (!ACCESS_TOKEN.equals(type) && !JWT.equals(type)) {
      throw TokenRefusal.of(
          "invalid_request", name + " " + type + " (expected: " + ACCESS_TOKEN + ")");
    }
  }

  private static String subject(String token, TokenDefaults defaults) throws TokenRefusal {
    try {
      JWSObject parsed = JWSObject.parse(token);
      Map<String, Object> claims = parsed.getPayload().toJSONObject();
      boolean valid =
          isSigned(parsed, defaults.keys())
              && defaults.issuer().equals(claims.get("iss"))
              && claims.get("exp") instanceof Number end
              && end.longValue() > defaults.clock().instant().getEpochSecond();
      if (valid && claims.get("sub") instanceof String subject) {
        return subject;
      }
    } catch (ParseException | GeneralSecurityException | IllegalArgumentException e) {
      // said below
    }
    throw TokenRefusal.of("invalid_grant", "subject_token is no valid token of this issuer");
  }

  private static boolean isSigned(JWSObject token, KeySet keys) throws GeneralSecurityException {
    for (Algorithm algorithm : Algorithm.values()) {
      if (algorithm.id().equals(token.getHeader().getAlgorithm().getName())) {
        Signature signature = algorithm.signature();
        signature.initVerify(keys.key(String.valueOf(token.getHeader().getKeyID())).publicKey());
        signature.update(token.getSigningInput());
        return signature.verify(token.getSignature().decode());
      }
    }
    return false;
  }
}
