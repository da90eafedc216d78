// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the service says it is, in lines, metrics and spans: the settings {@code flyball.service.*}.
 *
 * @param name the name of the service
 * @param version its version; null where it is not set
 * @param environment where it runs; null where it is not set
 */
public record ServiceIdentity(String name, @Nullable String version, @Nullable String environment) {

  /** Checks that there is a name. */
  public ServiceIdentity {
    Objects.requireNonNull(name, "name");
  }
}
