// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import org.jspecify.annotations.Nullable;

/**
 * One flag that was evaluated in a call.
 *
 * @param key the key of the flag
 * @param variant the variant that was served; null where the default of the code was
 * @param reason why, in the words of OpenFeature: STATIC, TARGETING_MATCH, DEFAULT, DISABLED, ERROR
 * @param setVersion the version of the flag set that was asked
 * @param epoch the epoch of the rollout that guards the flag; 0 without one
 * @param stageWeight the share of units, from 0 to 1, in the current stage of the rollout; NaN
 *     without one
 * @param unitHash a hash of the unit, which tells units apart without naming them; 0 without a unit
 */
public record FlagEvaluation(
    String key,
    @Nullable String variant,
    String reason,
    String setVersion,
    long epoch,
    double stageWeight,
    long unitHash) {}
