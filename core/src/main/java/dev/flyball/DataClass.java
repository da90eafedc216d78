// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

/** How far a piece of data may travel. */
public enum DataClass {
  /** May be shown to anybody. */
  PUBLIC,
  /** May be shown inside the organisation: fit for logs. */
  INTERNAL,
  /** For those who need it: not fit for logs as it is. */
  CONFIDENTIAL,
  /** About a person: not fit for logs as it is. */
  PII,
  /** Never shown. */
  SECRET
}
