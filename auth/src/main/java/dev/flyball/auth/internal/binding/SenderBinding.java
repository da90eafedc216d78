// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.binding;

import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Meters.Counter;
import dev.flyball.Meters.Family;
import dev.flyball.Principal;
import dev.flyball.Problem;
import dev.flyball.Setup;
import dev.flyball.auth.internal.binding.BindingSettings.Nonce;
import dev.flyball.auth.internal.binding.BindingSettings.Replay;
import dev.flyball.auth.internal.jose.Algorithm;
import dev.flyball.auth.internal.jose.TokenRejected;
import dev.flyball.settings.Settings;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets a valid token in where its sender holds what it is bound to.
 *
 * <p>The scheme says which kind of token a client takes its own for: a token that is bound to a key
 * comes as {@code DPoP}, with a proof, and any other as {@code Bearer}. A token that comes under
 * the other scheme is refused either way: without a proof a bound token may be stolen (RFC 9449,
 * section 7.2), and a proof that is compared with nothing proves nothing (section 7.1). A proof is
 * used up only when everything else is as it should be. Thread-safe.
 */
public final class SenderBinding {

  /** How the value of the header begins for a token that is bound to a key. */
  public static final String SCHEME = "DPoP ";

  private final String rule;
  private final Problem invalidToken;
  private final Consumer<String> rejected;
  private final ClientCertificates certificates;
  private final DpopChallenges challenges;
  private final DpopCheck check;
  private final ReplayDefence replay;
  private final boolean remembers;
  private final boolean nonceInOutage;
  private final boolean nonceAlways;
  private final NonceKey nonceKey;
  private final Nonces nonces;
  private final Family<Counter> proofs;

  /**
   * What tells senders from thieves.
   *
   * @param rule in whose name calls are refused
   * @param realm that challenges name
   * @param invalidToken what a sender with the wrong certificate is told
   * @param rejected counts tokens that were not accepted, by reason
   */
  public SenderBinding(
      Setup setup, String rule, String realm, Problem invalidToken, Consumer<String> rejected) {
    Settings settings = setup.settings();
    Set<Algorithm> algorithms =
        BindingSettings.algorithms(settings.get(BindingSettings.ALGORITHMS));
    Replay mode = Objects.requireNonNull(settings.get(BindingSettings.REPLAY));
    this.rule = rule;
    this.invalidToken = invalidToken;
    this.rejected = rejected;
    this.certificates = new ClientCertificates(setup);
    this.challenges = new DpopChallenges(realm, algorithms);
    this.check = new DpopCheck(settings, algorithms);
    this.replay = new ReplayDefence(setup, check);
    this.remembers = mode != Replay.NONCE;
    this.nonceInOutage = mode == Replay.STORE_OR_NONCE;
    this.nonceAlways =
        mode == Replay.NONCE || settings.get(BindingSettings.NONCE) == Nonce.REQUIRED;
    this.nonceKey = new NonceKey(setup);
    this.nonces =
        new Nonces(
            nonceKey,
            Objects.requireNonNull(settings.get(BindingSettings.NONCE_LIFETIME)).toSeconds());
    this.proofs =
        setup
            .meters()
            .counter(
                "flyball.auth.dpop.proofs",
                "{proof}",
                "DPoP proofs, by what they came to.",
                "result");
  }

  /** Looks for the key of nonces, where they are used. */
  public void start() {
    if (nonceAlways || nonceInOutage) {
      nonceKey.agree();
    }
  }

  /** Whether the value of a header is of the scheme for tokens that are bound to a key. */
  public static boolean isDpop(String header) {
    return (header.charAt(0) | 0x20) == 'd';
  }

  /** How a challenge of DPoP ends (RFC 9449, section 7.1). */
  public static String algs(Settings settings) {
    return DpopChallenges.algs(
        BindingSettings.algorithms(settings.get(BindingSettings.ALGORITHMS)));
  }

  /** What is said of a token that came as {@code DPoP} and is not valid. */
  public Problem invalidToken() {
    return challenges.invalidToken();
  }

  /**
   * Decides on a token that is valid, and bound or sent as if it were.
   *
   * @param header the value of {@code Authorization}
   * @param bound null for a token that is not bound
   */
  public Decision decide(
      Call call, String header, @Nullable Confirmation bound, Principal principal) {
    String key = bound == null ? null : bound.keyThumbprint();
    String certificate = bound == null ? null : bound.certificateThumbprint();
    if (isDpop(header) != (key != null)) {
      return key != null
          ? refuse(challenges.proofRequired(), "dpop_required")
          : refuse(challenges.invalidToken(), "dpop_unbound");
    }
    if (certificate != null) {
      try {
        certificates.require(call.carrier(), certificate);
      } catch (TokenRejected e) {
        return refuse(invalidToken, e.reason());
      }
    }
    return key == null
        ? proceed(call, principal)
        : new Attempt(call, header, key, principal).decide();
  }

  private static Decision proceed(Call call, Principal principal) {
    call.authenticated(principal);
    return Decision.proceed();
  }

  private Decision refuse(Problem problem, String reason) {
    rejected.accept(reason);
    return Decision.refuse(problem, rule, reason);
  }

  /** One request whose token is bound to a key. */
  private final class Attempt {

    private final Call call;
    private final String token;
    private final String key;
    private final Principal principal;
    private final long now;

    Attempt(Call call, String header, String key, Principal principal) {
      this.call = call;
      this.token = header.substring(SCHEME.length());
      this.key = key;
      this.principal = principal;
      this.now = call.startMillis() / 1_000;
    }

    Decision decide() {
      try {
        DpopProof proof = check.require(call, token, key, now);
        boolean fresh = !nonceAlways || nonces.isFresh(proof.nonce(), now);
        if (!fresh) {
          return useNonce();
        }
        return remembers ? use(proof) : accept(proof);
      } catch (TokenRejected e) {
        proofs.with(e.reason()).increment();
        return refuse(challenges.invalidProof(), "invalid_dpop_proof");
      }
    }

    private Decision use(DpopProof proof) throws TokenRejected {
      CompletableFuture<Boolean> first = replay.use(proof, now);
      CompletableFuture<Decision> decided =
          first.handle((isFirst, error) -> settle(proof, isFirst, error));
      return decided.isDone() ? decided.join() : Decision.pending(decided);
    }

    /**
     * Decides by what the store has said.
     *
     * @param isFirst null where it has said nothing
     */
    private Decision settle(DpopProof proof, @Nullable Boolean isFirst, @Nullable Throwable error) {
      replay.settled(isFirst, error);
      if (isFirst == null) {
        return withoutStore(proof);
      }
      if (!isFirst) {
        proofs.with("replayed").increment();
        return refuse(challenges.invalidProof(), "dpop_replayed");
      }
      return accept(proof);
    }

    /** The store cannot say whether the proof is new; a nonce can say that it is not old. */
    private Decision withoutStore(DpopProof proof) {
      if (!nonceInOutage) {
        proofs.with("replay_unavailable").increment();
        return refuse(challenges.replayUnavailable(), "replay_unavailable");
      }
      return nonces.isFresh(proof.nonce(), now) ? accept(proof) : useNonce();
    }

    private Decision useNonce() {
      proofs.with("nonce").increment();
      return refuse(challenges.nonceRequired(nonces.current(now)), "use_dpop_nonce");
    }

    /**
     * A client whose nonce is about to end gets the next one with the answer, which nobody else may
     * then get (RFC 9449, section 8.2).
     */
    private Decision accept(DpopProof proof) {
      proofs.with("accepted").increment();
      if (nonceAlways) {
        String next = nonces.current(now);
        if (!next.equals(proof.nonce())) {
          call.addResponseHeader("DPoP-Nonce", next);
          call.addResponseHeader("Cache-Control", "no-store");
        }
      }
      return proceed(call, principal);
    }
  }
}
