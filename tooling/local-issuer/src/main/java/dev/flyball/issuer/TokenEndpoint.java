// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The client credentials grant of RFC 6749 and the token exchange of RFC 8693, with access tokens
 * of RFC 9068.
 */
final class TokenEndpoint {

  private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]+");
  private static final Pattern SECONDS = Pattern.compile("-?[0-9]{1,9}");

  private final TokenDefaults defaults;
  private final ClientPolicy policy;

  TokenEndpoint(TokenDefaults defaults, ClientPolicy policy) {
    this.defaults = defaults;
    this.policy = policy;
  }

  Answer answer(RecordedRequest request) {
    return unstored(decide(request));
  }

  private Answer decide(RecordedRequest request) {
    try {
      requireForm(request.header("Content-Type"));
      Form form = Form.parse(request.body());
      boolean exchange = isExchange(form.single("grant_type"));
      TokenRequest asked = parse(request, form);
      SubjectToken subject = exchange ? SubjectToken.of(form, defaults) : null;
      return granted(asked, subject, policy.grant(asked));
    } catch (TokenRefusal refusal) {
      return refused(refusal);
    } catch (RuntimeException e) {
      return refused(TokenRefusal.serverError("the client policy failed: " + e));
    }
  }

  private static TokenRequest parse(RecordedRequest request, Form form) throws TokenRefusal {
    ClientCredentials client = ClientCredentials.of(request, form);
    return new TokenRequest(
        client.id(), client.secret(), scopes(form), audience(form), lifetime(form));
  }

  private static void requireForm(@Nullable String contentType) throws TokenRefusal {
    String type = contentType == null ? "" : contentType.split(";", 2)[0].trim();
    if (!type.toLowerCase(Locale.ROOT).equals("application/x-www-form-urlencoded")) {
      throw TokenRefusal.of(
          "invalid_request",
          "Content-Type " + type + " (expected: application/x-www-form-urlencoded)");
    }
  }

  private static boolean isExchange(@Nullable String grantType) throws TokenRefusal {
    if (grantType == null) {
      throw TokenRefusal.of(
          "invalid_request", "grant_type is missing (expected: client_credentials)");
    }
    boolean exchange = grantType.equals(SubjectToken.GRANT);
    if (!exchange && !grantType.equals("client_credentials")) {
      throw TokenRefusal.of(
          "unsupported_grant_type",
          "grant_type " + shortened(grantType) + " (expected: client_credentials)");
    }
    return exchange;
  }

  private static List<String> scopes(Form form) throws TokenRefusal {
    String asked = form.single("scope");
    if (asked == null) {
      return List.of();
    }
    List<String> scopes = List.of(asked.split(" ", -1));
    for (String scope : scopes) {
      if (!SCOPE.matcher(scope).matches()) {
        throw TokenRefusal.invalidScope(
            "scope " + shortened(asked) + " (expected: words with one blank between them)");
      }
    }
    return scopes.stream().distinct().toList();
  }

  private static List<String> audience(Form form) throws TokenRefusal {
    List<String> audience = new ArrayList<>(form.all("audience"));
    for (String resource : form.all("resource")) {
      requireAbsolute(resource);
      audience.add(resource);
    }
    return List.copyOf(audience);
  }

  /** RFC 8707, section 2: an absolute URI without a fragment. */
  private static void requireAbsolute(String resource) throws TokenRefusal {
    try {
      URI uri = new URI(resource);
      if (uri.isAbsolute() && uri.getRawFragment() == null) {
        return;
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw TokenRefusal.of(
        "invalid_target",
        "resource " + shortened(resource) + " (expected: an absolute URI without a fragment)");
  }

  private static @Nullable Duration lifetime(Form form) throws TokenRefusal {
    String seconds = form.single("expires_in");
    if (seconds == null) {
      return null;
    }
    if (!SECONDS.matcher(seconds).matches()) {
      throw TokenRefusal.of(
          "invalid_request",
          "expires_in " + shortened(seconds) + " (expected: whole seconds of at most 9 digits)");
    }
    return Duration.ofSeconds(Long.parseLong(seconds));
  }

  private Answer granted(TokenRequest asked, @Nullable SubjectToken subject, List<String> scopes) {
    Duration lifetime = Objects.requireNonNullElse(asked.lifetime(), defaults.lifetime());
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("access_token", token(asked, subject, scopes, lifetime));
    members.put("token_type", "Bearer");
    members.put("expires_in", lifetime.toSeconds());
    if (subject != null) {
      members.put("issued_token_type", SubjectToken.ACCESS_TOKEN);
    }
    if (!scopes.isEmpty()) {
      members.put("scope", String.join(" ", scopes));
    }
    return Answer.json(200, members);
  }

  private String token(
      TokenRequest asked, @Nullable SubjectToken subject, List<String> scopes, Duration lifetime) {
    TokenBuilder token = new TokenBuilder(defaults);
    token.subject(asked.clientId()).clientId(asked.clientId()).expiresIn(lifetime);
    if (subject != null) {
      token.subject(subject.subject()).claim("act", Map.of("sub", asked.clientId()));
    }
    if (!asked.audience().isEmpty()) {
      token.audience(asked.audience().toArray(String[]::new));
    }
    if (!scopes.isEmpty()) {
      token.scopes(scopes.toArray(String[]::new));
    }
    return token.sign();
  }

  private Answer refused(TokenRefusal refusal) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("error", refusal.error());
    members.put("error_description", refusal.description());
    Answer answer = Answer.json(refusal.status(), members);
    return refusal.status() == 401
        ? answer.withHeader("WWW-Authenticate", "Basic realm=\"local issuer\"")
        : answer;
  }

  private static Answer unstored(Answer answer) {
    return answer.withHeader("Cache-Control", "no-store").withHeader("Pragma", "no-cache");
  }

  private static String shortened(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
