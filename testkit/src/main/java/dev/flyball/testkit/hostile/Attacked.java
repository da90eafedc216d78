// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.CallRecord;
import dev.flyball.Outcome;
import dev.flyball.Principal;
import dev.flyball.Verdict;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.issuer.TokenBuilder;
import dev.flyball.testkit.contract.RawHttp;
import dev.flyball.testkit.contract.RawHttp.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The service under attack with all that it may talk to, and what must hold after each attack. */
final class Attacked implements AutoCloseable {

  /** Starts another service of the same kind. */
  @FunctionalInterface
  interface Starter {
    HostileHost start(HostileSetup setup) throws Exception;
  }

  /** Changes what another service is started with. */
  @FunctionalInterface
  interface Change {
    void apply(HostileSetup setup) throws Exception;
  }

  static final String SUBJECT = "hostile-subject";
  static final String MARKER = "marker-4711-that-nobody-may-repeat";

  /** The agent of requests of which a record may come, or not. */
  private static final String UNTRACKED = "hostile-untracked";

  private static final String REFUSING_RULE = "authenticate";
  private static final long WAIT_SECONDS = 10;
  private static final long WAIT_FOR_RUNNING_SECONDS = 60;

  /** Kept tokens outlast the jumps of a clock that the suite moves. */
  private static final Duration LIFETIME_HERE = Duration.ofHours(12);

  /** No more than a service on its own properties may allow. */
  private static final Duration LIFETIME_ELSEWHERE = Duration.ofMinutes(5);

  private static final int SECRET_LENGTH = 16;
  private static final Set<Integer> REFUSALS = Set.of(401, 403, 429, 500, 502, 503, 504);
  private static final Set<String> WITH_SECRETS =
      Set.of("authorization", "dpop", "cookie", "x-api-key");

  private final HostileSetup setup;
  private final Trusted trusted;
  private final HostileHost host;
  private final Canary canary;
  private final Starter starter;
  private final boolean ownsIssuers;
  private final Map<HostileTarget, String> known = new LinkedHashMap<>();
  private final AtomicInteger calls = new AtomicInteger();
  private Instant knownSince = Instant.EPOCH;
  private int linesRead;

  private Attacked(
      HostileSetup setup,
      Trusted trusted,
      HostileHost host,
      Canary canary,
      Starter starter,
      boolean ownsIssuers) {
    this.setup = setup;
    this.trusted = trusted;
    this.host = host;
    this.canary = canary;
    this.starter = starter;
    this.ownsIssuers = ownsIssuers;
  }

  /** Starts a service, and waits until it knows the keys of its issuers. */
  static Attacked start(
      HostileSetup setup, Trusted trusted, Canary canary, Starter starter, HostileTarget target)
      throws Exception {
    return start(setup, trusted, canary, starter, target, true);
  }

  private static Attacked start(
      HostileSetup setup,
      Trusted trusted,
      Canary canary,
      Starter starter,
      HostileTarget target,
      boolean ownsIssuers)
      throws Exception {
    setup.write();
    Map<LocalIssuer, Integer> before = trusted.keysAskedFor();
    HostileHost host = starter.start(setup);
    Attacked service = new Attacked(setup, trusted, host, canary, starter, ownsIssuers);
    service.awaitKeys(before, target);
    return service;
  }

  /** One more service that trusts the same issuers, with something else about it. */
  Attacked another(HostileTarget target, Change change) throws Exception {
    HostileSetup other = setup.copy();
    change.apply(other);
    return start(other, trusted, canary, starter, target, false);
  }

  HostileSetup setup() {
    return setup;
  }

  HostileHost host() {
    return host;
  }

  URI uri() {
    return host.uri();
  }

  Canary canary() {
    return canary;
  }

  Instant now() {
    return setup.now();
  }

  /** Lets time pass for a service in this process. */
  void advance(Duration duration) {
    setup.time().advance(duration);
  }

  boolean has(Capability capability) {
    return setup.capabilities().contains(capability);
  }

  // ---- credentials

  LocalIssuer issuer() {
    return trusted.get("main");
  }

  LocalIssuer issuer(String name) {
    return trusted.get(name);
  }

  /** A token that opens a target, to be spoiled. */
  TokenBuilder token(HostileTarget target) {
    return token(issuer(), target);
  }

  TokenBuilder token(LocalIssuer issuer, HostileTarget target) {
    TokenBuilder token = issuer.token().subject(SUBJECT).claim("marker", MARKER);
    if (!target.scopes().isEmpty()) {
      token.scopes(target.scopes().toArray(String[]::new));
    }
    if (!target.roles().isEmpty()) {
      token.roles(target.roles().toArray(String[]::new));
    }
    return token;
  }

  /** A valid token of somebody who may not call a target. */
  String stranger(HostileTarget target) {
    return token(target)
        .subject("hostile-stranger")
        .claim("scope", "other:scope")
        .without("roles")
        .sign();
  }

  static String bearer(String token) {
    return "Authorization: Bearer " + token;
  }

  // ---- requests

  /** Sends a request to a target and checks that it is refused as it must be, and what follows. */
  void refuses(HostileTarget target, Expected expected, String... lines) throws Exception {
    refuses(target, target.path(), expected, lines);
  }

  /** The same under another path, which may have a query. */
  void refuses(HostileTarget target, String path, Expected expected, String... lines)
      throws Exception {
    refuses(target, target, path, expected, lines);
  }

  /** The same with another body than a valid call has. */
  void refusesAs(HostileTarget sent, HostileTarget target, Expected expected, String... lines)
      throws Exception {
    refuses(sent, target, target.path(), expected, lines);
  }

  private void refuses(
      HostileTarget sent, HostileTarget target, String path, Expected expected, String... lines)
      throws Exception {
    requireNoRecord();
    int requests = trusted.requests();
    int visits = canary.visits().size();
    Reply reply = sendOrNone(sent, path, expected, lines);
    List<String> secrets = secrets(path, lines);
    if (reply == null || (expected.byHost() && !Answers.isProblem(reply))) {
      requireHostRefusal(reply);
      accepts(target, true);
    } else {
      Answers.check(reply, expected);
      requireRefusal(expected, reply);
      accepts(target, false);
    }
    if (reply != null) {
      Answers.checkNothingLeaks(reply, secrets);
    }
    requireNothingLogged(secrets);
    assertThat(trusted.requests() - requests)
        .as("requests to issuers because of it")
        .isBetween(0, host.isConfigured() ? expected.fetches() : 1);
    assertThat(canary.visits().subList(visits, canary.visits().size()))
        .as("requests to where the attacker points")
        .isEmpty();
  }

  /** Lets a credential in, or refuses it as it must; anything else is wrong. */
  void acceptsOrRefuses(HostileTarget target, Expected expected, String... lines) throws Exception {
    Reply reply = send(target, target.path(), lines);
    if (REFUSALS.contains(reply.status()) || Answers.isProblem(reply)) {
      Answers.check(reply, expected);
      Answers.checkNothingLeaks(reply, secrets(target.path(), lines));
    }
    if (setup.isHere()) {
      record();
    }
    accepts(target);
  }

  /** A valid call goes through, with a token that the service has seen before. */
  void accepts(HostileTarget target) throws Exception {
    accepts(target, false);
  }

  /** A credential of some sort is let in. */
  Reply accepts(HostileTarget target, String... lines) throws Exception {
    Reply reply = send(target, target.path(), lines);
    assertThat(reply.status()).as("%s with valid credentials: %s", target, reply).isNotIn(REFUSALS);
    if (setup.isHere()) {
      assertThat(record().refusal()).as("refusal of a valid call").isNull();
    }
    return reply;
  }

  /** Nobody is let in by a way to ask for an endpoint, whatever the host makes of it. */
  void neverLetsIn(String method, String path, Set<Integer> statuses, String... lines)
      throws IOException {
    Reply reply = exchange(method, path, lines);
    assertThat(reply.status()).as("%s %s: %s", method, path, reply).isIn(statuses);
    assertThat(reply.body()).as("%s %s", method, path).doesNotContain(SUBJECT);
  }

  /** Whatever comes of a request that the host may keep to itself. */
  Reply exchange(String method, String path, String... lines) throws IOException {
    List<String> all = new ArrayList<>(List.of(lines));
    all.add("User-Agent: " + UNTRACKED);
    return RawHttp.exchange(uri(), method, path, all.toArray(String[]::new));
  }

  /** Sends a token and checks the refusal alone: what else goes on is nobody's business. */
  void answers(HostileTarget target, Expected expected, String token) throws Exception {
    Answers.check(send(target, target.path(), bearer(token)), expected);
    if (setup.isHere()) {
      Verdict refusal = refusal(record());
      if (!expected.reasons().isEmpty()) {
        assertThat(refusal.reason()).as("reason").isIn(expected.reasons());
      }
    }
  }

  /** The status that a token gets. */
  int status(HostileTarget target, String token) {
    try {
      int status = send(target, target.path(), bearer(token)).status();
      if (setup.isHere()) {
        record();
      }
      return status;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean isLetIn(HostileTarget target, String token) {
    return !REFUSALS.contains(status(target, token));
  }

  /** Whatever comes of a request; its record is to be taken too. */
  Reply send(HostileTarget target, String path, String... lines) throws IOException {
    List<String> all = new ArrayList<>(List.of(lines));
    all.addAll(target.headersOfBody());
    try (RawHttp http = RawHttp.open(uri(), target.method(), path, all.toArray(String[]::new))) {
      sendBody(http, target.body());
      return http.reply();
    }
  }

  /** The same for a request that says itself which host it is for. */
  Reply sendAs(HostileTarget target, String... lines) throws Exception {
    Reply reply = send(target, target.path(), lines);
    record();
    return reply;
  }

  private static void sendBody(RawHttp http, @Nullable String body) {
    try {
      if (body != null) {
        http.send(body);
      }
    } catch (IOException e) {
      // refused before the body: the answer says so
    }
  }

  private @Nullable Reply sendOrNone(
      HostileTarget target, String path, Expected expected, String... lines) throws IOException {
    try {
      return send(target, path, lines);
    } catch (IOException e) {
      if (expected.byHost()) {
        return null;
      }
      throw e;
    }
  }

  private void accepts(HostileTarget target, boolean othersMayBeRecorded) throws Exception {
    String token = known(target);
    String agent = "hostile-" + calls.incrementAndGet();
    Reply reply = send(target, target.path(), bearer(token), "User-Agent: " + agent);
    assertThat(reply.status()).as("a valid call of %s: %s", target, reply).isNotIn(REFUSALS);
    if (!setup.isHere()) {
      return;
    }
    CallRecord record = record();
    while (othersMayBeRecorded && !agent.equals(record.userAgent())) {
      record = record();
    }
    assertThat(record.userAgent()).as("the record of a valid call").isEqualTo(agent);
    assertThat(record.refusal()).as("refusal of a valid call").isNull();
    assertThat(subject(record)).as("subject of a valid call").isEqualTo(SUBJECT);
  }

  /** A token that the service has seen before, unless it is the first or that was long ago. */
  private String known(HostileTarget target) {
    Instant now = now();
    if (!host.isConfigured() && now.isAfter(knownSince.plus(LIFETIME_ELSEWHERE.dividedBy(2)))) {
      known.clear();
      knownSince = now;
    }
    Duration lifetime = host.isConfigured() ? LIFETIME_HERE : LIFETIME_ELSEWHERE;
    return known.computeIfAbsent(target, each -> token(each).expiresAt(now.plus(lifetime)).sign());
  }

  // ---- what was recorded and logged

  /** The next record. */
  CallRecord record() throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    while (System.nanoTime() - until < 0) {
      CallRecord record = setup.records().poll(WAIT_SECONDS, TimeUnit.SECONDS);
      if (record != null && isTracked(record)) {
        return record;
      }
    }
    throw new AssertionError("no record within " + WAIT_SECONDS + " s");
  }

  private static boolean isTracked(CallRecord record) {
    return !UNTRACKED.equals(record.userAgent());
  }

  /** Waits until everything has been recorded, and so been logged. */
  void settleRecords(HostileTarget target) throws Exception {
    accepts(target, true);
    setup.records().clear();
  }

  /** Forgets the records of requests that the host may or may not have shown to anybody. */
  void settle(HostileTarget target) throws Exception {
    settleRecords(target);
    newLines();
  }

  /** What has been logged since this was asked last. */
  List<String> newLines() {
    List<String> lines = List.copyOf(host.log());
    List<String> fresh = lines.subList(Math.min(linesRead, lines.size()), lines.size());
    linesRead = lines.size();
    return fresh;
  }

  void requireNoRecord() {
    List<CallRecord> left = new ArrayList<>();
    setup.records().drainTo(left);
    assertThat(left.stream().filter(Attacked::isTracked))
        .as("records that no request explains")
        .isEmpty();
  }

  private void requireRefusal(Expected expected, Reply reply) throws Exception {
    if (!setup.isHere()) {
      return;
    }
    CallRecord record = record();
    Verdict refusal = refusal(record);
    assertThat(record.outcome().kind()).as("outcome").isEqualTo(Outcome.Kind.REFUSED);
    if (reply.status() == 401) {
      assertThat(refusal.rule()).as("rule").isEqualTo(REFUSING_RULE);
      assertThat(record.principal()).as("principal of a refused call").isNull();
    }
    if (!expected.reasons().isEmpty()) {
      assertThat(refusal.reason()).as("reason").isIn(expected.reasons());
    }
    assertThat(record.handledAfterRefusal()).as("handler ran").isFalse();
  }

  private static Verdict refusal(CallRecord record) {
    Verdict refusal = record.refusal();
    if (refusal == null) {
      throw new AssertionError("no refusal but " + record.outcome());
    }
    return refusal;
  }

  /** Whose call a record is of. */
  static String subject(CallRecord record) {
    Principal principal = record.principal();
    return principal == null ? "" : principal.subject();
  }

  private static void requireHostRefusal(@Nullable Reply reply) {
    if (reply != null) {
      assertThat(reply.status()).as("the host's own answer: %s", reply).isBetween(400, 499);
    }
  }

  /** No line that has come by now shows a token, nor the part of it that nobody can guess. */
  void requireNotLogged(HostileTarget target, String token) throws Exception {
    settleRecords(target);
    requireNothingLogged(secrets("", bearer(token)));
  }

  private void requireNothingLogged(List<String> secrets) {
    for (String line : newLines()) {
      assertThat(line).as("a line of the log").doesNotContain(secrets);
    }
  }

  /** The words of a request that are long enough to be a part of a credential. */
  private static List<String> secrets(String path, String... lines) {
    List<String> secrets = new ArrayList<>(List.of(MARKER));
    addLongWords(path.substring(path.indexOf('?') + 1), path.indexOf('?') >= 0, secrets);
    for (String line : lines) {
      int colon = line.indexOf(':');
      String name = line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
      addLongWords(line.substring(colon + 1), WITH_SECRETS.contains(name), secrets);
    }
    return secrets;
  }

  private static void addLongWords(String text, boolean isSecret, List<String> secrets) {
    if (isSecret) {
      for (String word : text.split("[^A-Za-z0-9_-]+", -1)) {
        if (word.length() >= SECRET_LENGTH) {
          secrets.add(word);
        }
      }
    }
  }

  // ---- time

  /** Tries again until it holds, in real time. */
  static void eventually(String what, BooleanSupplier condition) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - until > 0) {
        throw new AssertionError(what + ": not within " + WAIT_SECONDS + " s");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  private void awaitKeys(Map<LocalIssuer, Integer> before, HostileTarget target)
      throws IOException {
    if (host.isConfigured()) {
      eventually("keys of all issuers", () -> trusted.haveBeenAskedSince(before));
      eventually("a valid call", () -> isLetIn(target, token(target).sign()));
    } else {
      awaitValidCall(target);
    }
  }

  /**
   * A service that has run before its issuer, or has the keys of an earlier one, asks for keys
   * again when it finds it right to: it is asked seldom, and waited for longer.
   */
  private void awaitValidCall(HostileTarget target) throws IOException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_FOR_RUNNING_SECONDS);
    Reply reply = send(target, target.path(), bearer(token(target).sign()));
    while (REFUSALS.contains(reply.status())) {
      if (System.nanoTime() - until > 0) {
        throw new AssertionError(
            "%s does not let a valid token in within %d s, but answers %s (expected: it trusts the issuer %s, and exempts this machine from flyball.auth.throttle)"
                .formatted(target, WAIT_FOR_RUNNING_SECONDS, reply, issuer().issuer()));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
      reply = send(target, target.path(), bearer(token(target).sign()));
    }
  }

  @Override
  public void close() throws Exception {
    try {
      host.close();
    } finally {
      if (ownsIssuers) {
        trusted.close();
        canary.close();
      }
    }
  }
}
