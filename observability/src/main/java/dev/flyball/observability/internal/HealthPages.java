// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability.internal;

import dev.flyball.AdminRoute;
import dev.flyball.AdminRoute.Response;
import dev.flyball.Lifecycle;
import dev.flyball.Lifecycle.State;
import dev.flyball.json.JsonWriter;
import java.util.List;
import java.util.Locale;

/**
 * {@code /flyball/live}, {@code startup} and {@code ready}, in the JSON of MicroProfile Health.
 *
 * <p>Anybody may read them, so they give names and states, and leave out what a check says in
 * words; that is in the events.
 */
public final class HealthPages {

  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  private final Lifecycle lifecycle;
  private final HealthMonitor monitor;

  /** The pages of one governor. */
  public HealthPages(Lifecycle lifecycle, HealthMonitor monitor) {
    this.lifecycle = lifecycle;
    this.monitor = monitor;
  }

  /** Up for as long as anything answers: a restart mends nothing that lies outside. */
  public Response live(AdminRoute.Request request) {
    return answer(true, true, List.of());
  }

  /** Up once the service has started. */
  public Response startup(AdminRoute.Request request) {
    boolean started = lifecycle.state() != State.STARTING;
    return answer(started, started, List.of());
  }

  /** Up while the service runs and every check lets it. */
  public Response ready(AdminRoute.Request request) {
    List<HealthMonitor.Finding> findings = monitor.findings();
    boolean running = lifecycle.state() == State.RUNNING;
    boolean up = running && findings.stream().allMatch(HealthMonitor.Finding::lets);
    return answer(up, running, findings);
  }

  private Response answer(boolean up, boolean lifecycleUp, List<HealthMonitor.Finding> findings) {
    JsonWriter json = new JsonWriter().beginObject();
    json.name("status").value(up ? "UP" : "DOWN");
    json.name("checks").beginArray();
    lifecycle(json, lifecycleUp);
    findings.forEach(finding -> write(json, finding));
    json.endArray().endObject();
    return new Response(up ? OK : UNAVAILABLE, "application/json", json.toString());
  }

  private void lifecycle(JsonWriter json, boolean up) {
    json.beginObject().name("name").value("lifecycle");
    json.name("status").value(up ? "UP" : "DOWN");
    json.name("data").beginObject();
    json.name("state").value(lifecycle.state().name().toLowerCase(Locale.ROOT));
    json.endObject().endObject();
  }

  private static void write(JsonWriter json, HealthMonitor.Finding finding) {
    json.beginObject().name("name").value(finding.name());
    json.name("status").value(finding.word());
    json.name("data").beginObject();
    if (finding.age() != null) {
      json.name("age_ms").value(finding.age().toMillis());
    }
    json.endObject().endObject();
  }
}
