// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.revocation;

import dev.flyball.Offers;
import dev.flyball.Principal;
import dev.flyball.Setup;
import dev.flyball.SharedStore;
import dev.flyball.Time;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The revoked tokens of all instances: written to the shared store, looked up in a mirror of it.
 *
 * <p>Where no store is offered only this process revokes, and nothing needs to be read.
 * Thread-safe.
 */
public final class RevocationList {

  /** No token lives on after its end for longer than the largest skew that is allowed. */
  private static final long LONGEST_SKEW_SECONDS = 120;

  private final Offers<SharedStore> offers;
  private final Time time;
  private final RevocationMirror mirror = new RevocationMirror();
  private final RevocationWriter writer;
  private final RevocationReader reader;
  private volatile boolean reads;

  public RevocationList(Setup setup) {
    this.offers = setup.want(SharedStore.class);
    this.time = setup.time();
    this.writer = new RevocationWriter(setup);
    this.reader = new RevocationReader(setup, mirror);
    setup
        .meters()
        .gauge(
            "flyball.auth.revocations",
            "{revocation}",
            "Tokens and subjects that are known to be revoked.",
            Map.of(),
            mirror::size);
  }

  /** Begins to read, where other instances may write. */
  public void start() {
    if (!offers.all().isEmpty()) {
      reads = true;
      reader.start();
    }
  }

  public void close() {
    reader.close();
  }

  /** Why a principal may not call, in a stable word; null where it may. */
  public @Nullable String refusal(Principal principal) {
    return mirror.refusal(principal);
  }

  /** Takes one token back, until a moment in seconds since 1970. */
  public CompletionStage<Void> revoke(String issuer, String tokenId, long until) {
    return revoke(Revocation.token(issuer, tokenId, until + LONGEST_SKEW_SECONDS));
  }

  /** Takes the tokens of a subject back that were issued before a moment. */
  public CompletionStage<Void> revokeSubject(
      String issuer, String subject, long issuedBefore, long until) {
    return revoke(Revocation.subject(issuer, subject, issuedBefore, until + LONGEST_SKEW_SECONDS));
  }

  private CompletionStage<Void> revoke(Revocation revocation) {
    return writer.write(revocation).thenAccept(this::add);
  }

  private void add(Revocation written) {
    mirror.add(written);
    if (!reads) {
      mirror.isKnown(time.currentTimeMillis() / 1_000); // nothing else takes out what is over
    }
  }
}
