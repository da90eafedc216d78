// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.binding;

import dev.flyball.Finding;
import dev.flyball.Finding.Level;
import dev.flyball.auth.internal.jose.Algorithm;
import dev.flyball.settings.Setting;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys of tokens that are bound to their sender. */
public final class BindingSettings {

  /** What keeps a proof from being used twice. */
  enum Replay {
    STORE,
    STORE_OR_NONCE,
    NONCE
  }

  /** Whether a proof needs a nonce of this service. */
  enum Nonce {
    OFF,
    REQUIRED
  }

  /** How a proxy writes the certificate of its client. */
  enum HeaderFormat {
    RFC_9440,
    XFCC
  }

  private static final int SHORTEST_KEY = 32;
  private static final Set<String> ASYMMETRIC =
      Set.of(
          "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA");

  static final Setting<List<String>> ALGORITHMS =
      Setting.list("flyball.auth.dpop.algorithms")
          .doc("The signature algorithms that DPoP proofs may use.")
          .defaultValue(List.of("ES256", "EdDSA", "PS256", "RS256"))
          .check(
              names -> !names.isEmpty() && ASYMMETRIC.containsAll(names),
              "some of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA")
          .build();

  static final Setting<Duration> MAX_AGE =
      Setting.duration("flyball.auth.dpop.max-age")
          .doc("How old a DPoP proof may be.")
          .defaultValue(Duration.ofSeconds(60))
          .range(Duration.ofSeconds(1), Duration.ofMinutes(10))
          .build();

  static final Setting<Duration> CLOCK_SKEW =
      Setting.duration("flyball.auth.dpop.clock-skew")
          .doc(
              "How far the clocks of a client that makes DPoP proofs and of this service may be"
                  + " apart.")
          .defaultValue(Duration.ofSeconds(30))
          .range(Duration.ZERO, Duration.ofSeconds(120))
          .build();

  static final Setting<List<String>> HOSTS =
      Setting.list("flyball.auth.dpop.hosts")
          .doc(
              "Under which hosts clients call this service, each with its port unless that is the"
                  + " usual one of its scheme. A DPoP proof for another host is refused, whatever"
                  + " host the request names. Without it the proof only has to fit the request, which"
                  + " a thief can send in the name of another service.")
          .defaultValue(List.of())
          .check(BindingSettings::areHosts, "hosts such as api.example or api.example:8443")
          .build();

  static final Setting<Replay> REPLAY =
      Setting.choice("flyball.auth.dpop.replay", Replay.class)
          .doc(
              "What keeps a DPoP proof from being used twice. `store`: the shared store remembers it;"
                  + " while the store is down, bound tokens are answered with 503. `store-or-nonce`:"
                  + " while the store is down, a proof needs a fresh nonce instead. `nonce`: a proof"
                  + " always needs a fresh nonce, and may be used again as long as that is fresh."
                  + " Where no store is offered, each instance remembers for itself.")
          .defaultValue(Replay.STORE)
          .build();

  static final Setting<Integer> REPLAY_LIMIT =
      Setting.integer("flyball.auth.dpop.replay-limit")
          .doc(
              "How many used DPoP proofs an instance remembers where no store is offered. While there"
                  + " are so many, bound tokens are treated as while a store is down.")
          .defaultValue(200_000)
          .range(1, 10_000_000)
          .build();

  static final Setting<Nonce> NONCE =
      Setting.choice("flyball.auth.dpop.nonce", Nonce.class)
          .doc(
              "Whether a DPoP proof needs a nonce that this service gave out lately, beside whatever"
                  + " `replay` says.")
          .defaultValue(Nonce.OFF)
          .build();

  static final Setting<Duration> NONCE_LIFETIME =
      Setting.duration("flyball.auth.dpop.nonce-lifetime")
          .doc("How long a nonce is good at least; it is good for twice as long at most.")
          .defaultValue(Duration.ofSeconds(60))
          .range(Duration.ofSeconds(5), Duration.ofMinutes(10))
          .build();

  static final Setting<String> NONCE_KEY =
      Setting.string("flyball.auth.dpop.nonce-key")
          .doc(
              "What nonces are made with, the same for all instances: random, at least 32 characters."
                  + " Without it the instances agree on one in the shared store.")
          .check(key -> key.length() >= SHORTEST_KEY, "at least 32 characters")
          .secret()
          .build();

  static final Setting<String> CERTIFICATE_HEADER =
      Setting.string("flyball.auth.mtls.header")
          .doc(
              "The header in which the proxies of `flyball.proxies.trusted` write the certificate of"
                  + " their client, such as `Client-Cert`. They have to remove it from what comes in."
                  + " Of other peers it is ignored, and without a value of all.")
          .check(BindingSettings::isName, "the name of a header")
          .build();

  static final Setting<HeaderFormat> CERTIFICATE_FORMAT =
      Setting.choice("flyball.auth.mtls.header-format", HeaderFormat.class)
          .doc(
              "How the proxies write it: as RFC 9440 says, or as Envoy does in"
                  + " `X-Forwarded-Client-Cert` with the member `Hash`.")
          .defaultValue(HeaderFormat.RFC_9440)
          .build();

  static final Setting<Level> ANY_HOST_FINDING =
      Finding.kind(
          DpopFindings.ANY_HOST,
          "DPoP is set up, and a proof that was made for another service is good for this one if the"
              + " request names the other as its host.");

  private BindingSettings() {}

  /** All of them. */
  public static List<Setting<?>> all() {
    return List.of(
        ALGORITHMS,
        MAX_AGE,
        CLOCK_SKEW,
        HOSTS,
        REPLAY,
        REPLAY_LIMIT,
        NONCE,
        NONCE_LIFETIME,
        NONCE_KEY,
        CERTIFICATE_HEADER,
        CERTIFICATE_FORMAT,
        ANY_HOST_FINDING);
  }

  static Set<Algorithm> algorithms(@Nullable List<String> names) {
    Set<Algorithm> algorithms = EnumSet.noneOf(Algorithm.class);
    for (String name : Objects.requireNonNull(names)) {
      algorithms.add(Objects.requireNonNull(Algorithm.of(name)));
    }
    return algorithms;
  }

  private static boolean areHosts(List<String> hosts) {
    for (String host : hosts) {
      if (HttpUri.canonical("https", host, "") == null) {
        return false;
      }
    }
    return true;
  }

  private static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 0x7F || "()<>@,;:\\\"/[]?={}".indexOf(c) >= 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
