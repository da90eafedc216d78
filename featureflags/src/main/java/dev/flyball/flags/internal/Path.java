// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import org.jspecify.annotations.Nullable;

/** The way from the top of the document to a value: {@code flags.checkout.variants.on}. */
record Path(@Nullable Path parent, String step) {

  static final Path TOP = new Path(null, "");

  Path name(String name) {
    return new Path(this, isTop() ? name : "." + name);
  }

  Path index(int index) {
    return new Path(this, "[" + index + "]");
  }

  private boolean isTop() {
    return parent == null;
  }

  @Override
  public String toString() {
    if (parent == null) {
      return "the document";
    }
    StringBuilder text = new StringBuilder();
    for (Path each = this; each != null; each = each.parent) {
      text.insert(0, each.step);
    }
    return text.toString();
  }
}
