// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.CallListener;
import dev.flyball.CallRecord;
import dev.flyball.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs why calls failed, where nobody else sees records: an exception must not vanish. */
final class FailureLog implements CallListener {

  private static final Logger logger = LoggerFactory.getLogger(CallRecord.class);

  @Override
  public void onEnd(CallRecord record) {
    Outcome outcome = record.outcome();
    if (outcome.error() != null && outcome.kind() == Outcome.Kind.SERVER_ERROR) {
      logger.error("{} failed", record.endpoint(), outcome.error());
    }
  }
}
