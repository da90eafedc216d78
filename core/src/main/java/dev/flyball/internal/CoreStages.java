// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.AuditTrail;
import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Offers;
import dev.flyball.Phase;
import dev.flyball.Principal;
import dev.flyball.Problem;
import dev.flyball.Stage;
import dev.flyball.TraceContext;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The stages that core itself binds. */
final class CoreStages {

  private CoreStages() {}

  /** Refuses a body that is announced to be larger than the endpoint accepts. */
  static final class BodyLimit implements Stage {

    @Override
    public String id() {
      return "body-limit";
    }

    @Override
    public Phase phase() {
      return Phase.PROTECT;
    }

    @Override
    public Decision onStart(Call call) {
      long limit = call.bodyLimit();
      return call.carrier().contentLength() <= limit
          ? Decision.proceed()
          : Decision.refuse(tooLarge(limit), id());
    }
  }

  /** What a caller is told whose body is larger than the limit. */
  static Problem tooLarge(long limit) {
    return Problem.of(Problem.Kind.TOO_LARGE, "the body is larger than " + limit + " bytes");
  }

  /** Denies an endpoint of which nobody has said who may call it. */
  static final class Undeclared implements Stage {

    private static final Decision DENIED =
        Decision.refuse(
            Problem.of(Problem.Kind.DENIED, "the endpoint does not say who may call it"),
            "undeclared");

    @Override
    public String id() {
      return "undeclared";
    }

    @Override
    public Phase phase() {
      return Phase.AUTHORIZE;
    }

    @Override
    public Decision onStart(Call call) {
      return DENIED;
    }
  }

  /** Writes to the audit trail, last of all before the handler. */
  static final class Audited implements Stage {

    private static final Problem UNAVAILABLE =
        Problem.of(Problem.Kind.OVERLOADED, "audit_unavailable", "the call cannot be audited now");

    private final String action;
    private final Offers<AuditTrail> trails;
    private final GovernorEngine governor;

    Audited(String action, Offers<AuditTrail> trails, GovernorEngine governor) {
      this.action = action;
      this.trails = trails;
      this.governor = governor;
    }

    @Override
    public String id() {
      return "audited";
    }

    @Override
    public Phase phase() {
      return Phase.ADMIT;
    }

    @Override
    public int order() {
      return Integer.MAX_VALUE;
    }

    @Override
    public Decision onStart(Call call) {
      AuditTrail trail = trails.only().orElse(null);
      if (trail == null) {
        return Decision.refuse(UNAVAILABLE, id(), "no_audit_trail");
      }
      try {
        CompletionStage<Long> appended = trail.append(AuditTrail.CALLS, entry(call));
        return Decision.pending(
            appended.handle(
                (sequence, error) -> error == null ? Decision.proceed() : failed(error)));
      } catch (RuntimeException e) {
        return failed(e);
      }
    }

    private Decision failed(Throwable error) {
      governor.stageFailed(id(), "append_failed", error);
      return Decision.refuse(UNAVAILABLE, id(), "append_failed");
    }

    private AuditTrail.Entry entry(Call call) {
      Principal principal = call.principal();
      TraceContext trace = call.trace();
      return new AuditTrail.Entry(
          call.startMillis(),
          principal == null ? null : principal.subject(),
          action,
          resource(call),
          trace == null ? null : trace.traceId(),
          Map.of("endpoint", call.endpoint().id()));
    }

    private static String resource(Call call) {
      String path = call.carrier().path();
      return path.isEmpty() ? call.endpoint().operation() : path;
    }
  }
}
