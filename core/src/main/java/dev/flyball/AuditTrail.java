// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where it is written down, for good, who did what.
 *
 * <p>Modules and applications implement and offer it. Endpoints with {@code @Audited} are refused
 * while there is none, or while it cannot write. Thread-safe.
 */
public interface AuditTrail {

  /** The stream to which {@code @Audited} endpoints write. */
  String CALLS = "calls";

  /**
   * What was done.
   *
   * @param epochMillis when, in milliseconds since 1970-01-01T00:00:00Z
   * @param actor who: the subject of the principal; null where nobody has authenticated
   * @param action what, in the words of the organisation
   * @param resource to what
   * @param traceId the id under which the call is found; null where nothing traces
   * @param details more, fit for auditors
   */
  record Entry(
      long epochMillis,
      @Nullable String actor,
      String action,
      String resource,
      @Nullable String traceId,
      Map<String, String> details) {

    /** Copies the details. */
    public Entry {
      details = Map.copyOf(details);
    }
  }

  /**
   * An entry in its place.
   *
   * @param sequence the place in the stream, from 1, without gaps
   * @param entry what was done
   */
  record Appended(long sequence, Entry entry) {}

  /**
   * Writes an entry down.
   *
   * @param stream the trail has several, each with its own sequence
   * @param entry what was done
   * @return completes with the place of the entry when it is durable, exceptionally when it cannot
   *     be made so
   */
  CompletionStage<Long> append(String stream, Entry entry);

  /**
   * Reads a stream.
   *
   * @param stream the stream
   * @param from the first sequence to read
   * @return entries in order; to be closed
   */
  Stream<Appended> read(String stream, long from);
}
