// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Who a client says it is, by HTTP Basic or in the form (RFC 6749, section 2.3.1). */
record ClientCredentials(String id, @Nullable String secret) {

  static ClientCredentials of(RecordedRequest request, Form form) throws TokenRefusal {
    String header = request.header("Authorization");
    return header == null ? inForm(form) : inHeader(header, form);
  }

  private static ClientCredentials inForm(Form form) throws TokenRefusal {
    String id = form.single("client_id");
    if (id == null) {
      throw TokenRefusal.invalidClient("client_id is missing, and there is no Basic header");
    }
    return checked(id, form.single("client_secret"));
  }

  private static ClientCredentials inHeader(String header, Form form) throws TokenRefusal {
    ClientCredentials basic = basic(header);
    String id = form.single("client_id");
    if (form.single("client_secret") != null || (id != null && !id.equals(basic.id))) {
      throw TokenRefusal.of("invalid_request", "a Basic header and other credentials in the form");
    }
    return basic;
  }

  private static ClientCredentials basic(String header) throws TokenRefusal {
    String scheme = "Basic ";
    if (!header.regionMatches(true, 0, scheme, 0, scheme.length())) {
      throw TokenRefusal.invalidClient("the Authorization header is not of the Basic scheme");
    }
    String pair = decode(header.substring(scheme.length()).trim());
    int colon = pair.indexOf(':');
    if (colon <= 0) {
      throw TokenRefusal.invalidClient("the Basic header does not hold an id, a colon, a secret");
    }
    String secret = pair.substring(colon + 1);
    return checked(
        Form.decode(pair.substring(0, colon)), secret.isEmpty() ? null : Form.decode(secret));
  }

  private static String decode(String base64) throws TokenRefusal {
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw TokenRefusal.invalidClient("the Basic header is not Base64");
    }
  }

  private static ClientCredentials checked(String id, @Nullable String secret) throws TokenRefusal {
    if (!id.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      throw TokenRefusal.invalidClient("client_id has other characters than printable ASCII");
    }
    return new ClientCredentials(id, secret);
  }
}
