// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.binding;

import dev.flyball.Call;
import dev.flyball.auth.internal.jose.Algorithm;
import dev.flyball.auth.internal.jose.TokenRejected;
import dev.flyball.settings.Settings;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a request carries a proof, made for it and lately, by the holder of the key to which
 * its token is bound (RFC 9449, section 4.3). Whether it came before is another question.
 */
final class DpopCheck {

  private static final String HEADER = "DPoP";

  private final Set<Algorithm> algorithms;
  private final long maxAgeSeconds;
  private final long skewSeconds;

  /** Of this service, in the form in which addresses are compared; empty where any will do. */
  private final Set<String> origins;

  DpopCheck(Settings settings, Set<Algorithm> algorithms) {
    this.algorithms = algorithms;
    this.maxAgeSeconds = Objects.requireNonNull(settings.get(BindingSettings.MAX_AGE)).toSeconds();
    this.skewSeconds = Objects.requireNonNull(settings.get(BindingSettings.CLOCK_SKEW)).toSeconds();
    this.origins = origins(Objects.requireNonNull(settings.get(BindingSettings.HOSTS)));
  }

  private static Set<String> origins(List<String> hosts) {
    Set<String> origins = new HashSet<>();
    for (String host : hosts) {
      origins.add(origin("https", host));
      origins.add(origin("http", host));
    }
    return Set.copyOf(origins);
  }

  /**
   * The proof of a request; what costs most is checked last.
   *
   * @param token the access token that is sent along
   * @param thumbprint of the key to which it is bound
   */
  DpopProof require(Call call, String token, String thumbprint, long nowSeconds)
      throws TokenRejected {
    List<String> headers = call.carrier().headers(HEADER);
    if (headers.size() != 1) {
      throw new TokenRejected(headers.isEmpty() ? "missing" : "two_proofs");
    }
    DpopProof proof = DpopProof.parse(headers.get(0), algorithms);
    require(proof.thumbprint().equals(thumbprint), "jkt");
    require(proof.text("htm").equals(call.carrier().method()), "htm");
    requireUri(proof.text("htu"), call);
    require(proof.text("ath").equals(Sha256.of(token)), "ath");
    requireTime(proof.issuedAt(), nowSeconds);
    require(!proof.id().isEmpty(), "jti");
    require(proof.isSigned(), "signature");
    return proof;
  }

  /** The first second in which a proof counts no more. */
  long end(DpopProof proof) throws TokenRejected {
    return proof.issuedAt() + maxAgeSeconds + skewSeconds;
  }

  /** How long a proof counts at most, and has to be remembered with it. */
  int longestSeconds() {
    return Math.toIntExact(maxAgeSeconds + 3 * skewSeconds);
  }

  long skewSeconds() {
    return skewSeconds;
  }

  /** The host of a request is what its sender says it is, be it a thief or a proxy. */
  private void requireUri(String claimed, Call call) throws TokenRejected {
    boolean ours = origins.isEmpty() || origins.contains(origin(call.scheme(), call.authority()));
    require(ours, "htu");
    String own = HttpUri.canonical(call.scheme(), call.authority(), call.carrier().path());
    require(own != null && own.equals(HttpUri.canonical(claimed)), "htu");
  }

  private static String origin(String scheme, @Nullable String authority) {
    return String.valueOf(HttpUri.canonical(scheme, authority, ""));
  }

  private void requireTime(long issuedAt, long nowSeconds) throws TokenRejected {
    boolean early = issuedAt - skewSeconds > nowSeconds;
    boolean late = issuedAt + maxAgeSeconds + skewSeconds <= nowSeconds;
    require(!early && !late, "iat");
  }

  private static void require(boolean fulfilled, String otherwise) throws TokenRejected {
    if (!fulfilled) {
      throw new TokenRejected(otherwise);
    }
  }
}
