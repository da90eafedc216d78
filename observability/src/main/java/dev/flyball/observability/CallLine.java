// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import dev.flyball.CallRecord;
import dev.flyball.Endpoint;
import dev.flyball.Explanation;
import dev.flyball.FlagEvaluation;
import dev.flyball.Outcome;
import dev.flyball.Principal;
import dev.flyball.Problem;
import dev.flyball.ProblemException;
import dev.flyball.TraceContext;
import dev.flyball.Verdict;
import dev.flyball.Verdict.Result;
import dev.flyball.observability.internal.Authority;
import dev.flyball.observability.internal.ErrorTypes;
import dev.flyball.observability.internal.HttpMethods;
import dev.flyball.observability.internal.Routes.Route;
import java.util.AbstractList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;

/**
 * The line of one call, as a log statement.
 *
 * <p>{@link EcsEncoder} knows it and writes the record straight into the line. To every other
 * encoder it is a statement with key-values, which are made when they are asked for.
 */
final class CallLine extends AbstractList<KeyValuePair> implements LoggingEvent {

  static final String LOGGER = "flyball.call";

  private final CallRecord record;
  private final Level level;
  private final Route route;
  private final CallForms forms;
  private final CallForms.Form form;
  private final LogSource source;
  private volatile @Nullable List<KeyValuePair> pairs;

  CallLine(CallRecord record, Level level, Route route, CallForms forms, LogSource source) {
    this.record = record;
    this.level = level;
    this.route = route;
    this.forms = forms;
    this.form = forms.of(record, route);
    this.source = source;
  }

  /** When the call ended, by the clocks that it began and was measured with. */
  long endMillis() {
    return record.startMillis() + TimeUnit.NANOSECONDS.toMillis(record.durationNanos());
  }

  // ---- the fields

  /** The message, and what comes with it. */
  void writeHead(EcsLine line) {
    EcsLine.Members head = form.head();
    if (head == null) {
      head(line, form.message());
    } else {
      line.raw(head);
    }
  }

  static void head(EcsLine line, String message) {
    line.message(message, Limits.NAME);
    line.raw(EcsEncoder.ECS_VERSION, Field.ECS_VERSION.bit());
  }

  /** Everything from the name of the logger on. */
  void writeTo(EcsLine line) {
    EcsLine.Members members = form.members();
    if (members == null) {
      logger(line);
      common(line, record, route);
    } else {
      line.raw(members);
    }
    own(line);
    writeCaller(line);
    writeFlags(line);
    failure(line);
  }

  static void logger(EcsLine line) {
    line.text(Field.LOGGER, LOGGER, Limits.WORD);
  }

  private void writeCaller(EcsLine line) {
    Principal principal = record.principal();
    if (principal != null) {
      EcsLine.Members members = forms.ofCaller(principal);
      if (members == null || !line.fits(members)) {
        caller(line, principal, source);
      } else {
        line.raw(members);
      }
    }
  }

  private void writeFlags(EcsLine line) {
    List<FlagEvaluation> evaluations = record.evaluations();
    if (!evaluations.isEmpty()) {
      EcsLine.Members members = forms.ofFlags(evaluations);
      if (members == null || !line.fits(members)) {
        flags(line, evaluations);
      } else {
        line.raw(members);
      }
    }
  }

  private void writeTo(PairSink pairs) {
    common(pairs, record, route);
    own(pairs);
    Principal principal = record.principal();
    if (principal != null) {
      caller(pairs, principal, source);
    }
    flags(pairs, record.evaluations());
    failure(pairs);
  }

  /** The fields that calls share which come in one way and end alike. */
  static void common(FieldSink out, CallRecord record, Route route) {
    Endpoint endpoint = record.endpoint();
    Endpoint.Kind kind = endpoint.kind();
    Outcome outcome = record.outcome();
    out.text(Field.EVENT_KIND, "event", Limits.WORD);
    list(out, Field.EVENT_CATEGORY, category(kind));
    list(out, Field.EVENT_TYPE, type(kind));
    out.text(Field.DATASET, LOGGER, Limits.WORD);
    out.text(Field.EVENT_ACTION, action(kind), Limits.WORD);
    out.text(Field.EVENT_OUTCOME, success(outcome.kind()), Limits.WORD);
    out.text(Field.ENDPOINT, endpoint.id(), Limits.NAME);
    out.text(Field.OUTCOME, word(outcome.kind()), Limits.WORD);
    out.text(Field.OWNER, endpoint.owner(), Limits.WORD);
    if (!record.method().isEmpty()) {
      http(out, record, route);
    }
  }

  private static void http(FieldSink out, CallRecord record, Route route) {
    int status = record.outcome().code();
    out.text(Field.HTTP_METHOD, HttpMethods.known(record.method()), Limits.WORD);
    out.text(Field.HTTP_ROUTE, route.template(), Limits.NAME);
    if (status > 0) {
      out.number(Field.HTTP_STATUS, status);
    }
    out.text(Field.HTTP_VERSION, record.protocolVersion(), Limits.WORD);
    out.text(Field.URL_SCHEME, record.scheme(), Limits.WORD);
  }

  private void own(FieldSink out) {
    out.moment(Field.EVENT_START, record.startMillis());
    out.number(Field.EVENT_DURATION, record.durationNanos());
    TraceContext trace = record.trace();
    if (trace != null) {
      ids(out, trace);
    }
    governance(out);
    if (!record.method().isEmpty()) {
      request(out);
    }
    peers(out);
  }

  static void ids(FieldSink out, TraceContext trace) {
    out.id(Field.TRACE_ID, trace.traceIdHigh(), trace.traceIdLow());
    out.id(Field.SPAN_ID, trace.spanId());
  }

  private static void list(FieldSink out, Field field, String only) {
    out.beginList(field);
    out.element(only);
    out.endList(field);
  }

  private static String category(Endpoint.Kind kind) {
    return switch (kind) {
      case CLIENT -> "network";
      case JOB -> "process";
      default -> "web";
    };
  }

  private static String type(Endpoint.Kind kind) {
    return switch (kind) {
      case CLIENT -> "connection";
      case JOB -> "end";
      default -> "access";
    };
  }

  private static String action(Endpoint.Kind kind) {
    return switch (kind) {
      case CLIENT -> "client-call";
      case JOB -> "job";
      default -> "server-call";
    };
  }

  private static String success(Outcome.Kind kind) {
    return switch (kind) {
      case OK -> "success";
      case CANCELLED, UNGOVERNED -> "unknown";
      default -> "failure";
    };
  }

  private void governance(FieldSink out) {
    CallRecord parent = record.parent();
    out.text(Field.PARENT, parent == null ? null : parent.endpoint().id(), Limits.NAME);
    out.text(Field.ANSWERED_BY, record.answeredBy(), Limits.WORD);
    verdicts(out);
    if (record.messages() > 1) {
      out.number(Field.MESSAGES, record.messages());
    }
    if (record.handledAfterRefusal()) {
      out.truth(Field.HANDLED_AFTER_REFUSAL);
    }
  }

  private void verdicts(FieldSink out) {
    Verdict refusal = record.refusal();
    if (refusal != null) {
      out.text(Field.RULE, refusal.rule(), Limits.WORD);
      out.text(Field.STAGE, refusal.stage(), Limits.WORD);
      out.text(Field.REASON, refusal.reason(), Limits.WORD);
    }
    List<Verdict> verdicts = record.verdicts();
    explanation(out, refusal, verdicts);
    rules(out, Field.WOULD_REFUSE, verdicts, Result.WOULD_REFUSE);
    rules(out, Field.WOULD_PROCEED, verdicts, Result.WOULD_PROCEED);
    rules(out, Field.SKIPPED, verdicts, Result.SKIPPED);
    rules(out, Field.CANCELLED, verdicts, Result.CANCELLED);
  }

  /** What was asked: that of the refusal, else of every verdict that says it. */
  private static void explanation(
      FieldSink out, @Nullable Verdict refusal, List<Verdict> verdicts) {
    if (refusal != null && refusal.explanation() != null) {
      out.text(Field.EXPLANATION, refusal.explanation().toString(), Limits.CALL_VALUE);
      return;
    }
    StringBuilder text = null;
    for (int i = 0; i < verdicts.size(); i++) {
      Explanation explanation = verdicts.get(i).explanation();
      if (explanation != null && (text == null || text.length() < Limits.CALL_VALUE)) {
        text = text == null ? new StringBuilder() : text.append("; ");
        text.append(explanation);
      }
    }
    if (text != null) {
      out.text(Field.EXPLANATION, text.toString(), Limits.CALL_VALUE);
    }
  }

  private static void rules(FieldSink out, Field field, List<Verdict> verdicts, Result result) {
    int found = 0;
    for (int i = 0; i < verdicts.size(); i++) {
      Verdict verdict = verdicts.get(i);
      if (verdict.result() == result && found < Limits.RULES) {
        if (found++ == 0) {
          out.beginList(field);
        }
        out.element(verdict.rule());
      }
    }
    if (found > 0) {
      out.endList(field);
    }
  }

  private void request(FieldSink out) {
    out.number(Field.HTTP_REQUEST_BYTES, record.requestBytes());
    out.number(Field.HTTP_RESPONSE_BYTES, record.responseBytes());
    out.text(Field.URL_PATH, record.path(), Limits.CALL_VALUE);
    Authority authority = Authority.of(record.authority());
    out.text(Field.URL_DOMAIN, authority == null ? null : authority.host(), Limits.WORD);
    out.text(Field.USER_AGENT, record.userAgent(), Limits.NAME);
  }

  private void peers(FieldSink out) {
    String client = record.clientAddress();
    out.text(isAddress(client) ? Field.CLIENT_IP : Field.CLIENT_ADDRESS, client, Limits.WORD);
    if (record.remoteHost() != null) {
      out.text(Field.SERVER_ADDRESS, record.remoteHost(), Limits.WORD);
      out.text(Field.DEPENDENCY, record.endpoint().operation(), Limits.WORD);
    }
  }

  /** An index takes no line whose address is none: one with a zone, or a name. */
  private static boolean isAddress(String text) {
    boolean separated = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.' || c == ':') {
        separated = true;
      } else if (!isHexDigit(c)) {
        return false;
      }
    }
    return separated;
  }

  private static boolean isHexDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }

  static void caller(FieldSink out, Principal principal, LogSource source) {
    out.text(Field.USER_HASH, source.pseudonym(principal), Limits.WORD);
    out.text(Field.CLIENT, principal.client(), Limits.WORD);
    out.text(Field.ORGANIZATION, principal.tenant(), Limits.WORD);
    out.text(Field.AUTHENTICATED_BY, principal.method(), Limits.WORD);
  }

  /** Three lists, in which what stands in the same place belongs together. */
  static void flags(FieldSink out, List<FlagEvaluation> all) {
    if (all.isEmpty()) {
      return;
    }
    int count = Math.min(all.size(), Limits.FLAGS);
    out.beginList(Field.FLAG_KEY);
    for (int i = 0; i < count; i++) {
      out.element(all.get(i).key());
    }
    out.endList(Field.FLAG_KEY);
    out.beginList(Field.FLAG_VARIANT);
    for (int i = 0; i < count; i++) {
      out.element(all.get(i).variant());
    }
    out.endList(Field.FLAG_VARIANT);
    out.beginList(Field.FLAG_REASON);
    for (int i = 0; i < count; i++) {
      out.element(inLowerCase(all.get(i).reason()));
    }
    out.endList(Field.FLAG_REASON);
  }

  /** The reasons that there mostly are have their words at hand. */
  private static String inLowerCase(String reason) {
    return switch (reason) {
      case "TARGETING_MATCH" -> "targeting_match";
      case "STATIC" -> "static";
      case "DEFAULT" -> "default";
      default -> reason.toLowerCase(Locale.ROOT);
    };
  }

  private void failure(FieldSink out) {
    Problem problem = record.problem();
    out.text(Field.ERROR_CODE, problem == null ? null : problem.code(), Limits.WORD);
    Throwable error = record.outcome().error();
    String type = ErrorTypes.of(record);
    if (error == null || error instanceof ProblemException) {
      out.text(Field.ERROR_TYPE, type, Limits.NAME);
      return;
    }
    Failure failure = new ThrownFailure(error);
    out.text(Field.ERROR_TYPE, type == null ? failure.type() : type, Limits.NAME);
    out.text(Field.ERROR_MESSAGE, failure.message(), Limits.CALL_VALUE);
    if (record.outcome().kind() == Outcome.Kind.SERVER_ERROR) {
      String trace = StackTraceText.of(failure, Limits.CALL_STACK_TRACE);
      out.text(Field.ERROR_STACK_TRACE, trace, Limits.CALL_STACK_TRACE);
    }
  }

  private static String word(Outcome.Kind kind) {
    return switch (kind) {
      case OK -> "ok";
      case CLIENT_ERROR -> "client_error";
      case REFUSED -> "refused";
      case SERVER_ERROR -> "server_error";
      case TIMEOUT -> "timeout";
      case CANCELLED -> "cancelled";
      case UNGOVERNED -> "ungoverned";
    };
  }

  // ---- for other encoders

  @Override
  public KeyValuePair get(int index) {
    return pairs().get(index);
  }

  @Override
  public int size() {
    return pairs().size();
  }

  private List<KeyValuePair> pairs() {
    List<KeyValuePair> known = pairs;
    if (known == null) {
      PairSink sink = new PairSink();
      writeTo(sink);
      known = sink.pairs();
      pairs = known;
    }
    return known;
  }

  @Override
  public List<KeyValuePair> getKeyValuePairs() {
    return this;
  }

  @Override
  public Level getLevel() {
    return level;
  }

  @Override
  public String getLoggerName() {
    return LOGGER;
  }

  @Override
  public String getMessage() {
    return form.message();
  }

  @Override
  public @Nullable List<Object> getArguments() {
    return null;
  }

  @Override
  public Object @Nullable [] getArgumentArray() {
    return null;
  }

  @Override
  public @Nullable List<Marker> getMarkers() {
    return null;
  }

  @Override
  public @Nullable Throwable getThrowable() {
    return null;
  }

  @Override
  public long getTimeStamp() {
    return endMillis();
  }

  @Override
  public String getThreadName() {
    return Thread.currentThread().getName();
  }
}
