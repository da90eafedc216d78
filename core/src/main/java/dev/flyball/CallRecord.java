// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ended call, frozen: the one source of log line, metric, span, audit entry and rollout guard.
 *
 * <p>Every governed call ends in one, refused ones too. Not to be implemented. It holds no part of
 * the host's request and may be kept.
 */
public interface CallRecord {

  /**
   * The endpoint, or the unmatched one of the protocol.
   *
   * @return the endpoint
   */
  Endpoint endpoint();

  /**
   * Whether an endpoint was entered.
   *
   * @return false for a call that ended before
   */
  boolean entered();

  /**
   * What answered in place of an endpoint.
   *
   * @return null where an endpoint was entered, or nobody said
   */
  @Nullable String answeredBy();

  /**
   * The record of the call in which this one was made.
   *
   * @return null for a call that came in; its own listeners may not have seen it yet
   */
  @Nullable CallRecord parent();

  /**
   * How the call ended.
   *
   * @return the outcome
   */
  Outcome outcome();

  /**
   * What the stages came to, in the order in which they started.
   *
   * @return one verdict per started stage, and one per {@link Access#require}
   */
  List<Verdict> verdicts();

  /**
   * The verdict because of which the call was refused, or broken off.
   *
   * @return null where it was not
   */
  @Nullable Verdict refusal();

  /**
   * What the caller was told in place of an answer.
   *
   * @return null where nothing of ours refused
   */
  @Nullable Problem problem();

  /**
   * Who was calling.
   *
   * @return null where nobody had authenticated
   */
  @Nullable Principal principal();

  /**
   * What flags are rolled out by.
   *
   * @return null where there was none
   */
  @Nullable String unit();

  /**
   * The flags that were evaluated, in order.
   *
   * @return each evaluation that was reported
   */
  List<FlagEvaluation> evaluations();

  /**
   * What a module kept in the call.
   *
   * @param attribute the place
   * @param <T> the type of the value
   * @return null where nothing was set
   */
  <T> @Nullable T get(Attribute<T> attribute);

  /**
   * The ids under which the call is found.
   *
   * @return null where nothing traces
   */
  @Nullable TraceContext trace();

  /**
   * When the call began.
   *
   * @return milliseconds since 1970-01-01T00:00:00Z
   */
  long startMillis();

  /**
   * How long it took.
   *
   * @return nanoseconds, never negative
   */
  long durationNanos();

  /**
   * When the response started.
   *
   * @return nanoseconds after the beginning; -1 where it never did
   */
  long firstByteNanos();

  /**
   * The method, as sent.
   *
   * @return empty where the protocol has none
   */
  String method();

  /**
   * The path, as sent.
   *
   * @return empty where the protocol has none
   */
  String path();

  /**
   * The version of the protocol; its name is that of the endpoint.
   *
   * @return for example {@code 1.1}; empty where it is not known
   */
  String protocolVersion();

  /**
   * The scheme that the client used, seen past trusted proxies; of an outgoing call its own.
   *
   * @return for example {@code https}
   */
  String scheme();

  /**
   * The authority that the client addressed, seen past trusted proxies.
   *
   * @return null where there was none
   */
  @Nullable String authority();

  /**
   * The address of the client, seen past trusted proxies.
   *
   * @return empty where there was none
   */
  String clientAddress();

  /**
   * The program that the client says it is.
   *
   * @return the header User-Agent; null where it was absent
   */
  @Nullable String userAgent();

  /**
   * The bytes of the request's body that were read; of an outgoing call those that were sent.
   *
   * @return zero or more
   */
  long requestBytes();

  /**
   * The bytes of the response's body that were sent; of an outgoing call those that were read.
   *
   * @return zero or more
   */
  long responseBytes();

  /**
   * The messages that were sent: parts of a stream.
   *
   * @return zero or more
   */
  long messages();

  /**
   * The host that an outgoing call went to.
   *
   * @return null for a call that came in
   */
  @Nullable String remoteHost();

  /**
   * Whether a handler ran although the call was refused: a bug of the adapter.
   *
   * @return normally false
   */
  boolean handledAfterRefusal();
}
