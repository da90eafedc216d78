// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import dev.flyball.auth.internal.jose.Claims;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Claims that tokens must have. Each demand is met by one of its alternatives, as in {@code
 * typ=Bearer|typ=DPoP}; without a value a claim must just be there. Immutable.
 */
final class ClaimDemands {

  private record Alternative(String path, @Nullable String value) {

    static Alternative parse(String text) {
      int sign = text.indexOf('=');
      return sign < 0
          ? new Alternative(text.strip(), null)
          : new Alternative(text.substring(0, sign).strip(), text.substring(sign + 1).strip());
    }

    boolean isUsable() {
      return !path.isEmpty() && (value == null || !value.isEmpty());
    }
  }

  private final List<List<Alternative>> demands;

  private ClaimDemands(List<List<Alternative>> demands) {
    this.demands = List.copyOf(demands);
  }

  static ClaimDemands parse(List<String> texts) {
    List<List<Alternative>> demands = new ArrayList<>();
    for (String text : texts) {
      List<Alternative> alternatives = new ArrayList<>();
      for (String each : text.split("\\|", -1)) {
        alternatives.add(Alternative.parse(each));
      }
      demands.add(List.copyOf(alternatives));
    }
    return new ClaimDemands(demands);
  }

  /** Whether texts are demands: each alternative has a name, and a value where it has a sign. */
  static boolean areUsable(List<String> texts) {
    return parse(texts).demands.stream()
        .allMatch(alternatives -> alternatives.stream().allMatch(Alternative::isUsable));
  }

  boolean areMetBy(Claims claims) {
    for (int i = 0; i < demands.size(); i++) {
      if (!isMet(demands.get(i), claims)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isMet(List<Alternative> alternatives, Claims claims) {
    for (int i = 0; i < alternatives.size(); i++) {
      Alternative each = alternatives.get(i);
      if (claims.says(each.path, each.value)) {
        return true;
      }
    }
    return false;
  }
}
