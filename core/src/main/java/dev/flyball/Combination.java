// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Policies made of policies. Parts are asked in order, each once at most. A part that is pending
 * makes the whole pending; the parts after it are asked on the thread that completes it. Nothing is
 * kept of parts that permit, unless that is asked for: explanations are made once a part does not.
 */
abstract class Combination extends NamedPolicy {

  final AccessPolicy[] parts;

  /** Whether permissions are explained as well. */
  final boolean explains;

  private Combination(String name, boolean explains, AccessPolicy... parts) {
    super(name);
    this.explains = explains;
    this.parts = List.of(parts).toArray(AccessPolicy[]::new);
    if (parts.length == 0) {
      throw new IllegalArgumentException(name + " of nothing (expected: at least one policy)");
    }
  }

  /** The same, which explains permissions as well. */
  abstract AccessPolicy explained();

  final AccessPolicy[] explainedParts() {
    AccessPolicy[] explained = new AccessPolicy[parts.length];
    for (int i = 0; i < parts.length; i++) {
      explained[i] = AccessPolicy.explained(parts[i]);
    }
    return explained;
  }

  final String nameOf(int index) {
    return nameOf(parts[index], index);
  }

  final Explanation permission(int index, Decision permitted) {
    return permitted instanceof Decision.Explained explained
        ? explained.explanation()
        : Explanation.permit(nameOf(index));
  }

  /** A permission that tells of each part: what was said before, what has decided, and the rest. */
  final Decision permitted(List<Explanation> before, @Nullable Explanation decisive) {
    List<Explanation> asked = new ArrayList<>(before);
    if (decisive != null) {
      asked.add(decisive);
    }
    for (int i = asked.size(); i < parts.length; i++) {
      asked.add(Explanation.notAsked(nameOf(i)));
    }
    return Decision.proceed(new Explanation(name, Explanation.Result.PERMIT, null, null, asked));
  }

  /** What a part says that has answered: nothing is a failure. */
  static Decision answered(@Nullable Decision decided) {
    if (decided == null) {
      throw new UndecidedException("no_decision");
    }
    return decided;
  }

  /** Goes on once a part has decided. */
  static Decision later(
      Decision.Pending pending,
      BiFunction<@Nullable Decision, @Nullable Throwable, Decision> then) {
    return Decision.pending(settled(pending).handle(then));
  }

  /** A decision that is not pending any more, however often it says so. */
  private static CompletionStage<Decision> settled(Decision.Pending pending) {
    return pending
        .decision()
        .thenCompose(decided ->
            decided instanceof Decision.Pending again
                ? settled(again)
                : CompletableFuture.completedStage(decided));
  }

  final Explanation denial(int index, Decision.Refuse refused) {
    Explanation known = refused.explanation();
    return known != null ? known : Explanation.deny(nameOf(index), refused.reason(), null);
  }

  final Explanation failure(int index, Throwable failure) {
    Explanation known =
        failure instanceof UndecidedException undecided ? undecided.explanation() : null;
    return known != null ? known : Explanation.error(nameOf(index), reason(failure), kind(failure));
  }

  final UndecidedException undecided(Throwable failure, List<Explanation> asked) {
    Problem problem = failure instanceof UndecidedException known ? known.problem() : null;
    String reason = reason(failure);
    Explanation explanation = new Explanation(name, Explanation.Result.ERROR, reason, null, asked);
    return new UndecidedException(reason, problem, explanation, failure);
  }

  final Decision refused(Decision.Refuse first, List<Explanation> asked) {
    Explanation explanation =
        new Explanation(name, Explanation.Result.DENY, first.reason(), null, asked);
    return new Decision.Refuse(first.problem(), first.rule(), first.reason(), explanation);
  }

  private static String reason(Throwable failure) {
    return failure instanceof UndecidedException undecided ? undecided.reason() : "policy_failed";
  }

  private static @Nullable String kind(Throwable failure) {
    return failure instanceof UndecidedException ? null : failure.getClass().getSimpleName();
  }

  /** What has gone wrong, without the wrappers of futures. */
  static Throwable cause(Throwable failure) {
    boolean wraps = failure instanceof CompletionException || failure instanceof ExecutionException;
    return wraps && failure.getCause() != null ? failure.getCause() : failure;
  }

  /** The first part that does not permit decides. */
  static final class AllOf extends Combination {

    AllOf(AccessPolicy... parts) {
      this(false, parts);
    }

    private AllOf(boolean explains, AccessPolicy... parts) {
      super("all-of", explains, parts);
    }

    @Override
    AccessPolicy explained() {
      return explains ? this : new AllOf(true, explainedParts());
    }

    @Override
    public Decision decide(Question question) {
      return from(0, question, explains ? new ArrayList<>() : null);
    }

    private Decision from(int first, Question question, @Nullable List<Explanation> permitted) {
      for (int i = first; i < parts.length; i++) {
        Decision decided = ask(i, question, permitted);
        if (decided instanceof Decision.Pending pending) {
          int index = i;
          return later(
              pending, (settled, failure) -> resume(index, question, permitted, settled, failure));
        }
        if (decided instanceof Decision.Refuse refused) {
          return refused(refused, asked(i, denial(i, refused), permitted));
        }
        note(i, decided, permitted);
      }
      return permitted == null ? Decision.proceed() : permitted(permitted, null);
    }

    private void note(int index, Decision decided, @Nullable List<Explanation> permitted) {
      if (permitted != null) {
        permitted.add(permission(index, decided));
      }
    }

    private Decision ask(int index, Question question, @Nullable List<Explanation> permitted) {
      try {
        return answered(parts[index].decide(question));
      } catch (Throwable t) {
        throw undecided(t, asked(index, failure(index, t), permitted));
      }
    }

    private Decision resume(
        int index,
        Question question,
        @Nullable List<Explanation> permitted,
        @Nullable Decision settled,
        @Nullable Throwable failure) {
      if (failure != null || settled == null) {
        Throwable cause = failure == null ? new UndecidedException("no_decision") : cause(failure);
        throw undecided(cause, asked(index, failure(index, cause), permitted));
      }
      if (settled instanceof Decision.Refuse refused) {
        return refused(refused, asked(index, denial(index, refused), permitted));
      }
      note(index, settled, permitted);
      return from(index + 1, question, permitted);
    }

    private List<Explanation> asked(
        int decisive, Explanation explanation, @Nullable List<Explanation> permitted) {
      List<Explanation> asked = new ArrayList<>();
      for (int i = 0; i < decisive; i++) {
        asked.add(permitted != null ? permitted.get(i) : Explanation.permit(nameOf(i)));
      }
      asked.add(explanation);
      for (int i = decisive + 1; i < parts.length; i++) {
        asked.add(Explanation.notAsked(nameOf(i)));
      }
      return asked;
    }
  }

  /** The first part that permits decides; one that fails does not keep others from it. */
  static final class AnyOf extends Combination {

    /** What parts said that did not permit. */
    private static final class Tried {

      private final List<Explanation> asked = new ArrayList<>();
      private Decision.@Nullable Refuse denial;
      private @Nullable Throwable failure;
    }

    AnyOf(AccessPolicy... parts) {
      this(false, parts);
    }

    private AnyOf(boolean explains, AccessPolicy... parts) {
      super("any-of", explains, parts);
    }

    @Override
    AccessPolicy explained() {
      return explains ? this : new AnyOf(true, explainedParts());
    }

    @Override
    public Decision decide(Question question) {
      return from(0, question, null);
    }

    private Decision from(int first, Question question, @Nullable Tried before) {
      Tried tried = before;
      for (int i = first; i < parts.length; i++) {
        Decision decided;
        try {
          decided = answered(parts[i].decide(question));
        } catch (Throwable t) {
          tried = failed(i, t, tried);
          continue;
        }
        if (decided instanceof Decision.Pending pending) {
          int index = i;
          Tried known = tried;
          return later(
              pending, (settled, failure) -> resume(index, question, known, settled, failure));
        }
        if (!(decided instanceof Decision.Refuse refused)) {
          return permitted(i, decided, tried);
        }
        tried = denied(i, refused, tried);
      }
      return conclude(tried == null ? new Tried() : tried);
    }

    private Decision resume(
        int index,
        Question question,
        @Nullable Tried before,
        @Nullable Decision settled,
        @Nullable Throwable failure) {
      if (failure != null || settled == null) {
        Throwable cause = failure == null ? new UndecidedException("no_decision") : cause(failure);
        return from(index + 1, question, failed(index, cause, before));
      }
      return settled instanceof Decision.Refuse refused
          ? from(index + 1, question, denied(index, refused, before))
          : permitted(index, settled, before);
    }

    private Decision permitted(int index, Decision decided, @Nullable Tried before) {
      return explains
          ? permitted(before == null ? List.of() : before.asked, permission(index, decided))
          : decided;
    }

    private Tried denied(int index, Decision.Refuse refused, @Nullable Tried before) {
      Tried tried = before == null ? new Tried() : before;
      tried.asked.add(denial(index, refused));
      boolean first = tried.denial == null || refused.reason().equals(NOBODY);
      tried.denial = first ? refused : tried.denial;
      return tried;
    }

    private Tried failed(int index, Throwable failure, @Nullable Tried before) {
      Tried tried = before == null ? new Tried() : before;
      tried.asked.add(failure(index, failure));
      tried.failure = tried.failure == null ? failure : tried.failure;
      return tried;
    }

    private Decision conclude(Tried tried) {
      if (tried.failure != null) {
        throw undecided(tried.failure, tried.asked);
      }
      if (tried.denial == null) {
        throw new IllegalStateException("no part was asked");
      }
      return refused(tried.denial, tried.asked);
    }
  }

  /** Permits where a policy denies. What is not known of a caller is not turned around. */
  static final class Not extends Combination {

    private final String reason;

    Not(String reason, AccessPolicy policy) {
      this(reason, false, policy);
    }

    private Not(String reason, boolean explains, AccessPolicy policy) {
      super("not", explains, policy);
      this.reason = reason;
    }

    @Override
    AccessPolicy explained() {
      return explains ? this : new Not(reason, true, explainedParts()[0]);
    }

    @Override
    public Decision decide(Question question) {
      Decision decided;
      try {
        decided = answered(parts[0].decide(question));
      } catch (Throwable t) {
        throw undecided(t, List.of(failure(0, t)));
      }
      return decided instanceof Decision.Pending pending
          ? later(pending, this::turned)
          : turned(decided, null);
    }

    private Decision turned(@Nullable Decision decided, @Nullable Throwable failure) {
      if (failure != null || decided == null) {
        Throwable cause = failure == null ? new UndecidedException("no_decision") : cause(failure);
        throw undecided(cause, List.of(failure(0, cause)));
      }
      if (!(decided instanceof Decision.Refuse refused)) {
        Explanation part = permission(0, decided);
        Explanation whole =
            new Explanation(name, Explanation.Result.DENY, reason, null, List.of(part));
        return new Decision.Refuse(DENIED, "policy", reason, whole);
      }
      if (refused.reason().equals(NOBODY)) {
        return refused(refused, List.of(denial(0, refused)));
      }
      if (refused.problem().status() >= 500) { // it could not decide, and said so
        UndecidedException cause =
            new UndecidedException(refused.reason(), refused.problem(), null, null);
        throw undecided(cause, List.of(denial(0, refused)));
      }
      return explains ? permitted(List.of(), denial(0, refused)) : Decision.proceed();
    }
  }
}
