// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A throwable as a line tells it, wherever it comes from. None of the methods throws. */
interface Failure {

  String type();

  @Nullable String message();

  List<?> frames();

  /** How many frames at the end are those of the failure that this one caused. */
  int framesInCommon();

  @Nullable Failure cause();

  List<? extends Failure> suppressed();

  /** The same for the same throwable. */
  Object identity();
}
