// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import dev.flyball.issuer.TokenBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One row of the attack list: the ways in which it is tried. */
final class Row {

  /** Tries one thing, and throws what {@link AssertionError} there is. */
  @FunctionalInterface
  interface Body {
    void run(Attacked service, HostileTarget target) throws Exception;
  }

  /** What must be so for a trial to make sense. */
  enum Need {
    /** Nothing but a service. */
    NOTHING,
    /** The service was started with the properties of the suite. */
    CONFIGURED,
    /** The same, in this process: its clock and records belong to the suite. */
    IN_THIS_PROCESS
  }

  /** Which service is attacked. */
  enum Ground {
    /** One whose clock stands still. */
    STILL,
    /** One whose clock is moved, and whose issuers fail: what comes later goes by later tokens. */
    MOVING,
    /** One that handles requests on virtual threads. */
    VIRTUAL
  }

  /** One way to try a row. */
  record Trial(
      String name,
      Ground ground,
      Need need,
      @Nullable Capability capability,
      Predicate<HostileTarget> fits,
      String endpoint,
      boolean everyTarget,
      Body body) {}

  private final int number;
  private final String title;
  private final List<Trial> trials = new ArrayList<>();
  private Ground ground = Ground.STILL;
  private Need need = Need.NOTHING;
  private @Nullable Capability capability;
  private Predicate<HostileTarget> fits = target -> !target.decidedRemotely();
  private String endpoint = "endpoint";
  private @Nullable String elsewhere;

  private Row(int number, String title) {
    this.number = number;
    this.title = title;
  }

  static Row of(int number, String title) {
    return new Row(number, title);
  }

  /** A row that no request can try. */
  static Row elsewhere(int number, String title, String where) {
    Row row = new Row(number, title);
    row.elsewhere = where;
    return row;
  }

  int number() {
    return number;
  }

  String title() {
    return title;
  }

  List<Trial> trials() {
    return trials;
  }

  @Nullable String elsewhere() {
    return elsewhere;
  }

  // ---- what holds for the trials that follow

  Row on(Ground ground) {
    this.ground = ground;
    return this;
  }

  Row needs(Need need) {
    this.need = need;
    return this;
  }

  Row needs(@Nullable Capability capability) {
    this.capability = capability;
    return this;
  }

  /** At endpoints of a kind, such as {@code endpoint with scopes}. */
  Row fitting(String endpoint, Predicate<HostileTarget> fits) {
    this.endpoint = endpoint;
    this.fits = target -> !target.decidedRemotely() && fits.test(target);
    return this;
  }

  Row fittingRemoteDecisions() {
    this.endpoint = "endpoint that is decided remotely";
    this.fits = HostileTarget::decidedRemotely;
    return this;
  }

  // ---- trials

  /** A bearer token that is refused as invalid. */
  Row token(String name, Function<TokenBuilder, String> forge, String... reasons) {
    return token(name, forge, Expected.invalidToken(reasons));
  }

  /** A bearer token, and what it gets. */
  Row token(String name, Function<TokenBuilder, String> forge, Expected expected) {
    return each(
        name,
        (service, target) ->
            service.refuses(target, expected, Attacked.bearer(forge.apply(service.token(target)))));
  }

  /** A bearer token that is unusual and good. */
  Row accepted(String name, Function<TokenBuilder, String> make) {
    return each(
        name,
        (service, target) ->
            service.accepts(target, Attacked.bearer(make.apply(service.token(target)))));
  }

  /** Lines of headers without a token, and what they get. */
  Row lines(String name, Expected expected, String... lines) {
    return each(name, (service, target) -> service.refuses(target, expected, lines));
  }

  /** Tried at every endpoint. */
  Row each(String name, Body body) {
    trials.add(new Trial(name, ground, need, capability, fits, endpoint, true, body));
    return this;
  }

  /** Tried at the first endpoint that fits. */
  Row once(String name, Body body) {
    trials.add(new Trial(name, ground, need, capability, fits, endpoint, false, body));
    return this;
  }
}
