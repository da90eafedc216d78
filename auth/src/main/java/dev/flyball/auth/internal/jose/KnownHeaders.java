// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.jose;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Headers of tokens that were verified: all tokens of a key have the same one, so that it need not
 * be read again with each.
 *
 * <p>Nothing is vouched for by being here: a header says the same whoever sends it. Only who holds
 * a key of an issuer can bring one in, so that strangers cannot push out those in use. Thread-safe.
 */
public final class KnownHeaders {

  private static final int MOST = 8;
  private static final int LONGEST = 512;

  private volatile List<TokenHeader> headers = List.of();

  /** The header that a segment of a token holds; null where it is to be read. */
  public @Nullable TokenHeader find(byte[] token, int from, int to) {
    for (TokenHeader each : headers) {
      if (each.isIn(token, from, to)) {
        return each;
      }
    }
    return null;
  }

  /** Remembers the header of a token whose signature was valid; the oldest one makes room. */
  public void keep(TokenHeader header) {
    if (!headers.contains(header) && header.length() <= LONGEST) {
      add(header);
    }
  }

  private synchronized void add(TokenHeader header) {
    List<TokenHeader> next = new ArrayList<>(headers);
    if (next.size() == MOST) {
      next.remove(0);
    }
    next.add(header);
    headers = List.copyOf(next);
  }
}
