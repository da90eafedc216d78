// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags;

import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Phase;
import dev.flyball.Problem;
import dev.flyball.Stage;
import dev.flyball.flags.FlagDetail.ErrorCode;
import dev.flyball.flags.internal.Resolution;
import dev.flyball.flags.internal.Variant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Lets calls through for whom a flag is on. Where the flag cannot say, it is off. */
final class FeatureGateStage implements Stage {

  static final String ID = "feature-gate";

  // does not say that there is a gate, nor which
  private static final Problem PROBLEM =
      Problem.of(Problem.Kind.FEATURE_OFF, "there is no such resource");
  private static final Decision OFF = Decision.refuse(PROBLEM, ID, "flag_off");
  private static final Map<ErrorCode, Decision> BROKEN = new EnumMap<>(ErrorCode.class);

  static {
    for (ErrorCode code : ErrorCode.values()) {
      String reason = code.name().toLowerCase(Locale.ROOT);
      BROKEN.put(code, Decision.refuse(PROBLEM, ID, reason));
    }
  }

  private final Flag<Boolean> flag;

  FeatureGateStage(Flag<Boolean> flag) {
    this.flag = flag;
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Phase phase() {
    return Phase.FLAG;
  }

  @Override
  public Decision onStart(Call call) {
    Resolution answer = flag.resolve(call);
    Variant variant = answer.variant();
    if (variant != null && Boolean.TRUE.equals(variant.bool())) {
      return Decision.proceed();
    }
    ErrorCode code = answer.errorCode();
    return code == null ? OFF : BROKEN.getOrDefault(code, OFF);
  }
}
