// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The variables that Kubernetes gives every container for every service beside it: next to a
 * service called {@code flyball-console} nobody has misspelt {@code FLYBALL_CONSOLE_PORT}.
 */
final class ServiceLinks {

  private static final Pattern LINK =
      Pattern.compile(
          "(.+?)_(?:SERVICE_HOST|SERVICE_PORT(?:_.+)?"
              + "|PORT(?:_\\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)");

  private ServiceLinks() {}

  /** Whether a variable is one of those of a service whose host is given too. */
  static boolean contain(String variable, Set<String> variables) {
    Matcher link = LINK.matcher(variable);
    return link.matches() && variables.contains(link.group(1) + "_SERVICE_HOST");
  }
}
