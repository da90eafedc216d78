// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

/**
 * Where a value was written.
 *
 * @param layer the layer that held it
 * @param place the place inside the layer: {@code flyball.properties:4}, the name of a variable
 */
public record Origin(Layer layer, String place) {

  /** The layers of settings, lowest first: a later one shadows an earlier one. */
  public enum Layer {
    /** The default of the declaration. */
    DEFAULT,
    /** A convention bundle on the class path. */
    BUNDLE,
    /** A {@code flyball.properties}, on the class path or beside the process. */
    FILE,
    /** A {@code flyball-<profile>.properties}. */
    PROFILE,
    /** An environment variable. */
    ENVIRONMENT,
    /** A system property. */
    SYSTEM,
    /** The code that built the governor. */
    CODE
  }

  /** Whether both were written in one file, or both in the environment, and so on. */
  boolean isBeside(Origin other) {
    boolean inFile = layer == Layer.BUNDLE || layer == Layer.FILE || layer == Layer.PROFILE;
    return layer == other.layer && (!inFile || file().equals(other.file()));
  }

  private String file() {
    int line = place.lastIndexOf(':');
    return line < 0 ? place : place.substring(0, line);
  }

  /**
   * The place, for messages.
   *
   * @return the place
   */
  @Override
  public String toString() {
    return place;
  }
}
