// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import org.jspecify.annotations.Nullable;

/** Where the fields of a call go: straight into a line, or into key-values for other encoders. */
interface FieldSink {

  /** A text, cut to a number of bytes; null and empty are left out. */
  void text(Field field, @Nullable String value, int bytes);

  void number(Field field, long value);

  void moment(Field field, long epochMillis);

  void truth(Field field);

  /** 128 bits as digits. */
  void id(Field field, long high, long low);

  /** 64 bits as digits. */
  void id(Field field, long bits);

  void beginList(Field field);

  void element(@Nullable String value);

  void endList(Field field);
}
