// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.openfeature.sdk.Value;
import dev.openfeature.sdk.providers.memory.Flag;
import dev.openfeature.sdk.providers.memory.InMemoryProvider;
import java.util.Map;

/**
 * The flag in OpenFeature's provider in memory, which knows no rules: this one is written by hand,
 * and splits by a hash that a text of Java has at hand.
 */
final class PeerFlags {

  private static final int SHARES = 100;
  private static final int ON = 20;

  private final Client client;

  PeerFlags() {
    OpenFeatureAPI api = OpenFeatureAPI.getInstance();
    api.setProviderAndWait(new InMemoryProvider(Map.of(Shop.FLAG, flag())));
    client = api.getClient();
  }

  private static Flag<Boolean> flag() {
    return Flag.<Boolean>builder()
        .variant("on", true)
        .variant("off", false)
        .defaultVariant("off")
        .contextEvaluator((flag, context) -> isOn(context))
        .build();
  }

  private static boolean isOn(EvaluationContext context) {
    Value country = context.getValue("country");
    boolean near = country != null && isNear(country.asString());
    return near && Math.floorMod(context.getTargetingKey().hashCode(), SHARES) < ON;
  }

  private static boolean isNear(String country) {
    return country.equals("DE") || country.equals("FR");
  }

  boolean isOn(String user, String country) {
    EvaluationContext context = new ImmutableContext(user, Map.of("country", new Value(country)));
    return client.getBooleanValue(Shop.FLAG, false, context);
  }
}
