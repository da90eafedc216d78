// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags;

import dev.flyball.Call;
import dev.flyball.Principal;
import dev.flyball.flags.internal.CompiledFlag;
import dev.flyball.flags.internal.FlagSet;
import dev.flyball.flags.internal.Resolution;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The flags of one request: the set it has from its first question on, every answer it was given,
 * and the view of the call that rules look at.
 *
 * <p>An answer holds for the principal that was known when it was given: a stage that asks before
 * anybody is authenticated does not decide for the handler.
 */
final class RequestFlags implements FlagContext {

  /** An answer that was reported to a call. */
  @SuppressWarnings("ReferenceEquality") // this very call and principal, not ones that look alike
  private record Answer(
      CompiledFlag flag,
      Resolution resolution,
      Call call,
      @Nullable Principal principal,
      @Nullable Answer next) {

    boolean isFor(CompiledFlag flag, @Nullable Principal principal) {
      return this.flag == flag && this.principal == principal;
    }

    boolean isReportedTo(Call call) {
      return this.call == call;
    }
  }

  private static final VarHandle ANSWERS;

  static {
    try {
      ANSWERS = MethodHandles.lookup().findVarHandle(RequestFlags.class, "answers", Answer.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Flags flags;
  private final FlagSet set;
  private final Call request;
  private volatile @Nullable Answer answers;

  RequestFlags(Flags flags, FlagSet set, Call call) {
    this.flags = flags;
    this.set = set;
    this.request = outermost(call);
  }

  private static Call outermost(Call call) {
    Call outer = call;
    for (Call parent = call.parent(); parent != null; parent = parent.parent()) {
      outer = parent;
    }
    return outer;
  }

  FlagSet set() {
    return set;
  }

  /** The answer to a call of the request: given once, reported once to each call that asks. */
  Resolution resolve(Call call, Flag<?> asked) {
    CompiledFlag flag = asked.in(set);
    Principal principal = request.principal();
    Resolution answer = null;
    while (true) {
      Answer newest = answers;
      for (Answer each = newest; each != null; each = each.next) {
        if (each.isFor(flag, principal)) {
          answer = each.resolution;
          if (each.isReportedTo(call)) {
            return asked.typed(answer);
          }
        }
      }
      if (answer == null) {
        answer = flags.answer(flag, this);
      }
      Answer own = new Answer(flag, answer, call, principal, newest);
      if (ANSWERS.compareAndSet(this, newest, own)) {
        return report(call, asked.typed(answer));
      }
    }
  }

  private Resolution report(Call call, Resolution answer) {
    call.evaluated(answer.evaluation(targetingKey()));
    flags.count(answer);
    return answer;
  }

  // ---- what rules look at

  @Override
  public @Nullable String targetingKey() {
    return request.unit();
  }

  @Override
  public @Nullable Object attribute(String name) {
    if (name.equals("endpoint")) {
      return request.endpoint().id();
    }
    Principal principal = request.principal();
    return principal == null ? null : attribute(principal, name);
  }

  private static @Nullable Object attribute(Principal principal, String name) {
    return switch (name) {
      case "subject" -> principal.subject();
      case "issuer" -> principal.issuer();
      case "client" -> principal.client();
      case "tenant" -> principal.tenant();
      case "scopes" -> principal.scopes();
      case "roles" -> principal.roles();
      case "actor" -> principal.actor();
      case "claims" -> principal.claims();
      default -> principal.claims().get(name);
    };
  }

  @Override
  public Map<String, Object> attributes() {
    Principal principal = request.principal();
    Map<String, Object> all = new LinkedHashMap<>();
    if (principal != null) {
      all.putAll(principal.claims());
      all.put("subject", principal.subject());
      all.put("issuer", principal.issuer());
      putKnown(all, "client", principal.client());
      putKnown(all, "tenant", principal.tenant());
      all.put("scopes", principal.scopes());
      all.put("roles", principal.roles());
      putKnown(all, "actor", principal.actor());
      all.put("claims", principal.claims());
    }
    all.put("endpoint", request.endpoint().id());
    return all;
  }

  private static void putKnown(Map<String, Object> all, String name, @Nullable Object value) {
    if (value == null) {
      all.remove(name);
    } else {
      all.put(name, value);
    }
  }
}
