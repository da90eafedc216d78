// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import dev.flyball.CallRecord;
import dev.flyball.Endpoint;
import dev.flyball.FlagEvaluation;
import dev.flyball.Outcome;
import dev.flyball.Principal;
import dev.flyball.observability.internal.HttpMethods;
import dev.flyball.observability.internal.Routes.Route;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What lines of calls have in common that come to one endpoint in one way and end alike: half of
 * each line, worked out once.
 */
final class CallForms {

  /**
   * One such form.
   *
   * @param message the message of the lines: {@code GET /orders/{id} 200}
   * @param head the message and what comes with it, as JSON; null where it has to be written
   * @param members the common fields as JSON; null where they have to be written each time
   */
  record Form(
      Outcome.Kind kind,
      int code,
      String method,
      String scheme,
      String version,
      String message,
      EcsLine.@Nullable Members head,
      EcsLine.@Nullable Members members) {

    boolean fits(CallRecord record) {
      Outcome outcome = record.outcome();
      return code == outcome.code()
          && kind == outcome.kind()
          && method.equals(record.method())
          && scheme.equals(record.scheme())
          && version.equals(record.protocolVersion());
    }
  }

  private static final int MAX_FORMS = 64;
  private static final int LONGEST_VERSION = 4;
  private static final Form[] NONE = {};

  private final Map<Endpoint, Form[]> forms = new ConcurrentHashMap<>();
  private final CallerForms callers;
  private final FlagForms flags = new FlagForms();

  CallForms(LogSource source) {
    this.callers = new CallerForms(source);
  }

  EcsLine.@Nullable Members ofCaller(Principal principal) {
    return callers.of(principal);
  }

  EcsLine.@Nullable Members ofFlags(List<FlagEvaluation> evaluations) {
    return flags.of(evaluations);
  }

  Form of(CallRecord record, Route route) {
    for (Form form : forms.getOrDefault(record.endpoint(), NONE)) {
      if (form.fits(record)) {
        return form;
      }
    }
    return make(record, route);
  }

  private Form make(CallRecord record, Route route) {
    String message = route.operation() + " " + ending(record.outcome());
    if (isMadeUp(record)) {
      return form(record, message, null, null);
    }
    EcsLine line = new EcsLine(new NameTree());
    CallLine.head(line.beginCall(), message);
    EcsLine.Members head = line.members();
    line.beginCall();
    CallLine.logger(line);
    CallLine.common(line, record, route);
    Form form = form(record, message, head, line.members());
    forms.merge(record.endpoint(), new Form[] {form}, CallForms::joined);
    return form;
  }

  /** What a client makes up as it goes must not take up room. */
  private static boolean isMadeUp(CallRecord record) {
    String method = record.method();
    return !method.equals(method.isEmpty() ? "" : HttpMethods.known(method))
        || record.protocolVersion().length() > LONGEST_VERSION;
  }

  private static Form form(
      CallRecord record,
      String message,
      EcsLine.@Nullable Members head,
      EcsLine.@Nullable Members members) {
    Outcome outcome = record.outcome();
    return new Form(
        outcome.kind(),
        outcome.code(),
        record.method(),
        record.scheme(),
        record.protocolVersion(),
        message,
        head,
        members);
  }

  private static String ending(Outcome outcome) {
    return outcome.code() > 0
        ? Integer.toString(outcome.code())
        : outcome.kind().name().toLowerCase(Locale.ROOT);
  }

  private static Form[] joined(Form[] known, Form[] more) {
    if (known.length >= MAX_FORMS) {
      return known;
    }
    Form[] all = Arrays.copyOf(known, known.length + 1);
    all[known.length] = more[0];
    return all;
  }
}
