// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.binding;

import dev.flyball.Finding;
import dev.flyball.Setup;
import dev.flyball.settings.Origin;
import dev.flyball.settings.Setting;
import dev.flyball.settings.SettingValue;
import dev.flyball.settings.Settings;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What works in the settings of DPoP and should be looked at. */
public final class DpopFindings {

  static final String ANY_HOST = "AUTH-DPOP-ANY-HOST";

  private static final String PREFIX = "flyball.auth.dpop.";
  private static final String PROXIES = "flyball.proxies.trusted";

  private DpopFindings() {}

  /**
   * Looks whether it is known for which hosts proofs may be, where they matter.
   *
   * @param demanded whether an issuer has to bind its tokens
   */
  public static void look(Setup setup, boolean demanded) {
    Settings settings = setup.settings();
    if (!Objects.requireNonNull(settings.get(BindingSettings.HOSTS)).isEmpty()) {
      return;
    }
    Setting<?> written = written(settings);
    if ((demanded || written != null) && !trustsProxies(settings)) {
      setup.finding(
          new Finding(
              ANY_HOST,
              "DPoP proofs are accepted for any host that a request names",
              written == null ? null : settings.explain(written).origin().place(),
              "set "
                  + BindingSettings.HOSTS.key()
                  + " to the hosts under which clients call this service"));
    }
  }

  private static @Nullable Setting<?> written(Settings settings) {
    for (Setting<?> setting : BindingSettings.all()) {
      boolean dpop = setting.key().startsWith(PREFIX);
      if (dpop && settings.explain(setting).origin().layer() != Origin.Layer.DEFAULT) {
        return setting;
      }
    }
    return null;
  }

  /** Whether proxies say which host it was: then it is up to them which ones they let through. */
  private static boolean trustsProxies(Settings settings) {
    for (SettingValue value : settings.explainAll()) {
      if (value.key().equals(PROXIES)) {
        return value.text() != null && !value.text().isBlank();
      }
    }
    return false;
  }
}
