// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import dev.flyball.AdminRoute;
import dev.flyball.Meters;
import dev.flyball.ServiceIdentity;
import org.jspecify.annotations.Nullable;

/** {@code /flyball/metrics}. The library that writes it is loaded when the first scraper comes. */
public final class MetricsPage implements AdminRoute.Handler {

  private final Meters meters;
  private final ServiceIdentity service;
  private @Nullable Exposition text; // guarded by this

  /** The page of one governor. */
  public MetricsPage(Meters meters, ServiceIdentity service) {
    this.meters = meters;
    this.service = service;
  }

  @Override
  public AdminRoute.Response handle(AdminRoute.Request request) {
    return text().page(request.accept());
  }

  private synchronized Exposition text() {
    Exposition known = text;
    if (known == null) {
      known = new Exposition(meters, service);
      text = known;
    }
    return known;
  }
}
