// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;

/** Services that must not start. */
final class StartupTrials {

  private StartupTrials() {}

  static void weakSecret(Attacked service, HostileTarget target) throws Exception {
    String weak = Surroundings.SECRET.substring(0, 31);
    String message =
        refusalToStart(
            service, target, setup -> setup.property(Trusted.key("secret", "secret"), weak));
    assertThat(message).contains("AUTH-KEY-WEAK").doesNotContain(weak);
  }

  /** All that is said by a service that does not start. */
  private static String refusalToStart(
      Attacked service, HostileTarget target, Consumer<HostileSetup> change) throws Exception {
    try (Attacked started = service.another(target, change::accept)) {
      throw new AssertionError("the service has started at " + started.uri());
    } catch (Exception e) {
      StringBuilder messages = new StringBuilder();
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        messages.append(cause).append('\n');
      }
      return messages.toString();
    }
  }
}
