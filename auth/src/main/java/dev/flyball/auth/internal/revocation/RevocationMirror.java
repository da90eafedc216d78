// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.revocation;

import dev.flyball.Principal;
import dev.flyball.auth.internal.revocation.Revocation.Kind;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is revoked, as far as this instance knows; asked by every call, and never the store.
 *
 * <p>What is revoked stays so until its time is over: nothing takes it out before. So it does not
 * matter in which order news come in. Thread-safe.
 */
final class RevocationMirror {

  /** What has to be asked. */
  private enum State {
    NOTHING,
    SOMETHING,
    UNKNOWN
  }

  private static final class OfIssuer {

    final Map<String, Revocation> tokens = new ConcurrentHashMap<>();
    final Map<String, Revocation> subjects = new ConcurrentHashMap<>();

    Map<String, Revocation> of(Kind kind) {
      return kind == Kind.TOKEN ? tokens : subjects;
    }
  }

  private final Map<String, OfIssuer> issuers = new ConcurrentHashMap<>();
  private volatile State state = State.NOTHING;

  /** Why a principal may not call, in a stable word; null where it may. */
  @Nullable String refusal(Principal principal) {
    State now = state;
    if (now == State.NOTHING) {
      return null;
    }
    return isRevoked(principal)
        ? "revoked"
        : now == State.UNKNOWN ? "revocation_unavailable" : null;
  }

  private boolean isRevoked(Principal principal) {
    OfIssuer known = issuers.get(principal.issuer());
    if (known == null) {
      return false;
    }
    String id = principal.credentialId();
    if (id != null && known.tokens.containsKey(id)) {
      return true;
    }
    Revocation subject = known.subjects.get(principal.subject());
    return subject != null && isBefore(principal.claims().get("iat"), subject.issuedBefore());
  }

  /** A token that does not say when it was issued may be any. */
  private static boolean isBefore(@Nullable Object issuedAt, long moment) {
    return !(issuedAt instanceof Long seconds) || seconds < moment;
  }

  synchronized void add(Revocation revocation) {
    issuers
        .computeIfAbsent(revocation.issuer(), unused -> new OfIssuer())
        .of(revocation.kind())
        .merge(revocation.id(), revocation, Revocation::and);
    if (state == State.NOTHING) {
      state = State.SOMETHING;
    }
  }

  /** From now on it is known what is revoked; what nobody needs to know any more goes. */
  synchronized void isKnown(long nowSeconds) {
    for (OfIssuer each : issuers.values()) {
      each.tokens.values().removeIf(revocation -> revocation.until() <= nowSeconds);
      each.subjects.values().removeIf(revocation -> revocation.until() <= nowSeconds);
    }
    issuers.values().removeIf(each -> each.tokens.isEmpty() && each.subjects.isEmpty());
    state = issuers.isEmpty() ? State.NOTHING : State.SOMETHING;
  }

  /** From now on what is not known to be revoked may be revoked nevertheless. */
  synchronized void isUnknown() {
    state = State.UNKNOWN;
  }

  int size() {
    int size = 0;
    for (OfIssuer each : issuers.values()) {
      size += each.tokens.size() + each.subjects.size();
    }
    return size;
  }
}
