// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.openfeature.sdk.Value;
import dev.openfeature.sdk.providers.memory.Flag;
import dev.openfeature.sdk.providers.memory.InMemoryProvider;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * The flag in OpenFeature's provider in memory, which knows no rules: this one is written by hand.
 * It splits by the hash that a text of Java has at hand, or by one that is the same in all
 * languages and spreads keys that are alike, as those who roll out by unit do.
 */
final class PeerFlags {

  private static final int SHARES = 100;
  private static final int ON = 20;

  private final Client client;

  private final ToIntFunction<String> hash;

  private PeerFlags(ToIntFunction<String> hash) {
    this.hash = hash;
    OpenFeatureAPI api = OpenFeatureAPI.getInstance();
    api.setProviderAndWait(new InMemoryProvider(Map.of(Shop.FLAG, flag())));
    client = api.getClient();
  }

  /** Splits by {@link String#hashCode}, which a text works out once. */
  static PeerFlags byHashCode() {
    return new PeerFlags(String::hashCode);
  }

  /** Splits by MurmurHash3, as flagd does, and we. */
  static PeerFlags byMurmur() {
    HashFunction murmur = Hashing.murmur3_32_fixed();
    return new PeerFlags(key -> murmur.hashString(key, StandardCharsets.UTF_8).asInt());
  }

  private Flag<Boolean> flag() {
    return Flag.<Boolean>builder()
        .variant("on", true)
        .variant("off", false)
        .defaultVariant("off")
        .contextEvaluator((flag, context) -> isOn(context))
        .build();
  }

  private boolean isOn(EvaluationContext context) {
    Value country = context.getValue("country");
    boolean near = country != null && isNear(country.asString());
    return near && Math.floorMod(hash.applyAsInt(context.getTargetingKey()), SHARES) < ON;
  }

  private static boolean isNear(String country) {
    return country.equals("DE") || country.equals("FR");
  }

  boolean isOn(String user, String country) {
    EvaluationContext context = new ImmutableContext(user, Map.of("country", new Value(country)));
    return client.getBooleanValue(Shop.FLAG, false, context);
  }
}
