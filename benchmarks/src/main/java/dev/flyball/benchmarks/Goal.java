// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a row has to come to, and what it should. */
interface Goal {

  /** What we are held to, in words. */
  String must();

  /** What we aim at, in words. */
  String aim();

  /** How a row stands. */
  String verdict(Figure ours, @Nullable Figure peer);

  /** A row that is shown for its own sake. */
  static Goal none() {
    return new Goal() {
      @Override
      public String must() {
        return "";
      }

      @Override
      public String aim() {
        return "";
      }

      @Override
      public String verdict(Figure ours, @Nullable Figure peer) {
        return "";
      }
    };
  }

  /** A share of the time of a peer. */
  static Goal share(double must, double aim) {
    return new Limits(
        words(must),
        words(aim),
        (ours, peer) -> ratio(ours, peer) <= must,
        (ours, peer) -> ratio(ours, peer) <= aim);
  }

  /** A share of the time of a peer, and no garbage. */
  static Goal shareWithoutGarbage(double must, double aim) {
    return new Limits(
        words(must) + ", 0 B",
        words(aim),
        (ours, peer) -> ratio(ours, peer) <= must && ours.bytes() < 1,
        (ours, peer) -> ratio(ours, peer) <= aim);
  }

  /** A share that is an aim and no must. */
  static Goal aim(double aim) {
    return new Limits(
        "", words(aim), (ours, peer) -> true, (ours, peer) -> ratio(ours, peer) <= aim);
  }

  /** So much on top of a peer. */
  static Goal added(double nanos, double bytes) {
    return new Limits(
        String.format(Locale.ROOT, "+ %.0f ns, + %.0f B", nanos, bytes),
        "+ 0 B",
        (ours, peer) -> ours.nanos() - nanos(peer) <= nanos && wholeBytes(ours, peer) <= bytes,
        (ours, peer) -> wholeBytes(ours, peer) < 1);
  }

  /** No garbage, whatever the time. */
  static Goal withoutGarbage() {
    return new Limits("0 B", "", (ours, peer) -> ours.bytes() < 1, (ours, peer) -> true);
  }

  private static double ratio(Figure ours, @Nullable Figure peer) {
    return ours.nanos() / nanos(peer);
  }

  private static double nanos(@Nullable Figure peer) {
    return peer == null ? Double.NaN : peer.nanos();
  }

  private static double bytes(@Nullable Figure peer) {
    return peer == null ? Double.NaN : peer.bytes();
  }

  /** The counter divides by operations, and counts a little of what the harness does. */
  private static double wholeBytes(Figure ours, @Nullable Figure peer) {
    return Math.rint(ours.bytes() - bytes(peer));
  }

  private static String words(double share) {
    double inverse = 1 / share;
    boolean isPart = inverse > 1.5 && Math.abs(inverse - Math.rint(inverse)) < 0.01;
    return isPart ? "1/" + Math.round(inverse) : String.format(Locale.ROOT, "%.2f", share);
  }

  /** Two conditions and their words. */
  record Limits(String must, String aim, Condition met, Condition reached) implements Goal {

    /** Whether two figures are as they should be. */
    interface Condition {
      boolean holds(Figure ours, @Nullable Figure peer);
    }

    @Override
    public String verdict(Figure ours, @Nullable Figure peer) {
      if (!met.holds(ours, peer)) {
        return "**must missed**";
      }
      if (aim.isEmpty()) {
        return "met";
      }
      return reached.holds(ours, peer) ? "aim reached" : must.isEmpty() ? "aim missed" : "must met";
    }
  }
}
