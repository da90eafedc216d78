// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

/**
 * How long a line and its parts may become. Bytes are those of the escaped text; what is cut ends
 * at a code point and is named in {@code flyball.log.truncated_fields}.
 */
final class Limits {

  /** A whole line of a log statement. */
  static final int LINE = 128 * 1024;

  /** A whole line of a call. */
  static final int CALL_LINE = 8 * 1024;

  /** What is kept free for saying what was cut. */
  static final int TAIL = 1_024;

  static final int MESSAGE = 32 * 1024;
  static final int STACK_TRACE = 32 * 1024;
  static final int CALL_STACK_TRACE = 3 * 1024;
  static final int VALUE = 8 * 1024;
  static final int CALL_VALUE = 1_024;
  static final int NAME = 512;
  static final int WORD = 256;

  /** Fields of a log statement. */
  static final int FIELDS = 160;

  /** Fields of a call. */
  static final int CALL_FIELDS = 64;

  /** UTF-16 units of a key. */
  static final int KEY = 256;

  static final int TAGS = 16;
  static final int FLAGS = 16;
  static final int RULES = 8;

  /** Depth and number of the elements of one structured value. */
  static final int DEPTH = 5;

  static final int NODES = 256;

  private Limits() {}
}
