// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.binding;

import dev.flyball.Carrier;
import dev.flyball.Setup;
import dev.flyball.auth.internal.binding.BindingSettings.HeaderFormat;
import dev.flyball.auth.internal.jose.TokenRejected;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The certificate with which a client has connected: that of the connection, or the one that a
 * trusted proxy says it has seen.
 *
 * <p>Where a header is declared and the peer is such a proxy, the header alone counts: a
 * certificate of that connection is the proxy's own. Both together is a proxy that is not set up as
 * was declared, and refused.
 */
final class ClientCertificates {

  private final @Nullable String header;
  private final @Nullable HeaderFormat format;
  private final Predicate<String> trustedProxies;

  ClientCertificates(Setup setup) {
    this.header = setup.settings().get(BindingSettings.CERTIFICATE_HEADER);
    this.format = setup.settings().get(BindingSettings.CERTIFICATE_FORMAT);
    this.trustedProxies = setup::isTrustedProxy;
  }

  /**
   * Checks that a client holds the certificate to which its token is bound.
   *
   * @param thumbprint {@code x5t#S256}, compared as it stands: padded or in another form it is none
   */
  void require(Carrier carrier, String thumbprint) throws TokenRejected {
    if (!thumbprint.equals(thumbprint(carrier))) {
      throw new TokenRejected("cert_binding");
    }
  }

  private @Nullable String thumbprint(Carrier carrier) {
    List<X509Certificate> own = carrier.peerCertificates();
    if (header != null && trustedProxies.test(carrier.peerAddress())) {
      List<String> values = carrier.headers(header);
      return own.isEmpty() && values.size() == 1 ? read(values.get(0).strip()) : null;
    }
    return own.isEmpty() ? null : thumbprint(own.get(0));
  }

  private static @Nullable String thumbprint(X509Certificate certificate) {
    try {
      return Sha256.of(certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      return null;
    }
  }

  private @Nullable String read(String value) {
    return format == HeaderFormat.XFCC ? envoy(value) : byteSequence(value);
  }

  /** A byte sequence of RFC 9651, section 3.3.5, without parameters: the certificate in DER. */
  private static @Nullable String byteSequence(String value) {
    if (value.length() < 3 || !value.startsWith(":") || !value.endsWith(":")) {
      return null;
    }
    try {
      return Sha256.of(Base64.getDecoder().decode(value.substring(1, value.length() - 1)));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** The hash, in hexadecimal, of the only element: more of them are more proxies than declared. */
  private static @Nullable String envoy(String value) {
    String found = null;
    int from = 0;
    boolean quoted = false;
    for (int i = 0; i <= value.length(); i++) {
      char c = i == value.length() ? ';' : value.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted) {
        i++;
      } else if (c == ',' && !quoted) {
        return null;
      } else if (c == ';' && !quoted) {
        String pair = value.substring(from, Math.min(i, value.length())).strip();
        if (pair.regionMatches(true, 0, "Hash=", 0, 5)) {
          if (found != null) {
            return null;
          }
          found = pair.substring(5);
        }
        from = i + 1;
      }
    }
    return quoted || found == null ? null : fromHex(found);
  }

  private static @Nullable String fromHex(String hex) {
    try {
      return hex.length() == 64 ? Sha256.encode(HexFormat.of().parseHex(hex)) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
