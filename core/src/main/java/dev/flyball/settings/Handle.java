// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import org.jspecify.annotations.Nullable;

/**
 * The present value of a reloadable setting: one volatile read.
 *
 * <p>Thread-safe. Only {@link Settings} makes and changes handles.
 *
 * @param <T> the type of the value
 */
public final class Handle<T> {

  private volatile @Nullable T value;

  Handle(@Nullable T value) {
    this.value = value;
  }

  /**
   * The present value.
   *
   * @return null only where the setting has no default and is not set
   */
  public @Nullable T get() {
    return value;
  }

  void set(@Nullable T next) {
    value = next;
  }
}
