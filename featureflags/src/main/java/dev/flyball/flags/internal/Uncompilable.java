// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

/**
 * A rule that has no meaning. The flag is answered with PARSE_ERROR; other flags are not touched.
 */
final class Uncompilable extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Finding finding;

  Uncompilable(Finding finding) {
    super(finding.what(), null, false, false);
    this.finding = finding;
  }

  Finding finding() {
    return finding;
  }
}
