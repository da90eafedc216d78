// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags;

import dev.flyball.Event;
import dev.flyball.HealthCheck;
import dev.flyball.Setup;
import dev.flyball.Time;
import dev.flyball.flags.internal.Digests;
import dev.flyball.flags.internal.FileWatch;
import dev.flyball.flags.internal.Finding;
import dev.flyball.flags.internal.FlagMeters;
import dev.flyball.flags.internal.FlagSet;
import dev.flyball.flags.internal.FlagSetReader;
import dev.flyball.flags.internal.FlagSetReader.Reading;
import dev.flyball.settings.StartupProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The file that the flags come from: read at the start, and again whenever it changes. A set that
 * is wrong, or gone, leaves the last good one in force.
 *
 * <p>What looks wrong is looked at a second time after a moment: it may be half written.
 */
final class FlagFile implements HealthCheck, AutoCloseable {

  private static final long SECOND_LOOK_MILLIS = 50;
  private static final int MOST_NAMED = 20;
  private static final String GONE = "gone";

  /** What the file looks like from outside; equal ones need not be read again. */
  private record Stamp(Path real, long size, FileTime modified, @Nullable Object key) {}

  /** What was found. */
  private static final class Found {

    /** Tells findings apart. */
    final String id;

    final byte @Nullable [] content;
    final String why;

    private Found(String id, byte @Nullable [] content, String why) {
      this.id = id;
      this.content = content;
      this.why = why;
    }

    static Found content(byte[] content) {
      return new Found(Digests.shortHash(content), content, "");
    }

    static Found nothing(String id, String why) {
      return new Found(id, null, why);
    }
  }

  private final Path file;
  private final String shownAs;
  private final boolean optional;
  private final Flags flags;
  private final FlagMeters meters;
  private final Time time;
  private final ScheduledExecutorService scheduler;
  private final Consumer<Event> events;
  private final Consumer<FlagSet> swapped;
  private final FileWatch watch;

  private @Nullable Stamp stamp;
  private String settled = GONE;
  private @Nullable String suspect;
  private long suspectedAt;
  private @Nullable Event pending;
  private volatile @Nullable String trouble;

  /**
   * A file that is not yet read.
   *
   * @param file an absolute path
   * @param shownAs the path as messages name it
   * @param optional whether the service may do without it
   * @param swapped told after another set was put in force
   */
  FlagFile(
      Path file,
      String shownAs,
      boolean optional,
      Flags flags,
      FlagMeters meters,
      Setup setup,
      Consumer<FlagSet> swapped) {
    this.file = file;
    this.shownAs = shownAs;
    this.optional = optional;
    this.flags = flags;
    this.meters = meters;
    this.time = setup.time();
    this.scheduler = setup.scheduler();
    this.events = setup::publish;
    this.swapped = swapped;
    this.watch = new FileWatch(file, this::look);
  }

  // ---- the start

  /** Reads the file for the first time; what is wrong with it is returned. */
  synchronized List<StartupProblem> load() {
    stamp = stamp();
    Found found = find();
    settled = found.id;
    byte[] content = found.content;
    if (content == null && optional && found.id.equals(GONE)) {
      return List.of();
    }
    if (content == null) {
      trouble = shownAs + " " + found.why;
      return List.of(
          new StartupProblem("the flag file " + found.why, shownAs, "create it, or name another"));
    }
    Reading reading = FlagSetReader.read(content);
    FlagSet set = reading.set();
    if (set == null) {
      trouble = summary(reading.problems());
      return reading.problems().stream().map(this::startupProblem).toList();
    }
    flags.swap(set);
    note(reading.notes());
    return List.of();
  }

  private StartupProblem startupProblem(Finding finding) {
    return new StartupProblem(finding.what(), shownAs + ":" + finding.place(), finding.hint());
  }

  /** Says what is in force and begins to watch. */
  synchronized void start(Duration interval) {
    FlagSet set = flags.set();
    String wrong = trouble;
    if (wrong != null) {
      events.accept(describe(Event.error("flags.rejected", "no flags: " + wrong), set));
    } else if (!settled.equals(GONE)) {
      String message = "the flags of " + shownAs + " are in force: " + set.size();
      events.accept(describe(Event.info("flags.loaded", message), set));
      publishNotes();
    }
    if (!settled.equals(GONE)) {
      watch.start();
    }
    long nanos = interval.toNanos();
    scheduler.scheduleWithFixedDelay(() -> look(false), 0, nanos, TimeUnit.NANOSECONDS);
  }

  // ---- changes

  /** Whatever happens, the next look is taken: a scheduler gives up tasks that throw. */
  private void look(boolean isCertain) {
    try {
      lookAgain(isCertain);
    } catch (RuntimeException | Error e) {
      events.accept(Event.error("flags.watch-failed", shownAs + " could not be looked at: " + e));
    }
  }

  private synchronized void lookAgain(boolean isCertain) {
    Stamp now = stamp();
    if (!isCertain && suspect == null && Objects.equals(now, stamp)) {
      return;
    }
    stamp = now;
    Found found = find();
    if (found.id.equals(settled)) {
      suspect = null;
      return;
    }
    byte[] content = found.content;
    Reading reading = content == null ? null : FlagSetReader.read(content);
    FlagSet set = reading == null ? null : reading.set();
    if (reading != null && set != null) {
      accept(set, reading.notes());
    } else if (isSeenTwice(found)) {
      refuse(found, reading);
    }
  }

  /** Whether a thing that is wrong was so a moment ago too. */
  private boolean isSeenTwice(Found found) {
    long now = time.nanoTime();
    if (!found.id.equals(suspect)) {
      suspect = found.id;
      suspectedAt = now;
      lookLater();
      return false;
    }
    return now - suspectedAt >= TimeUnit.MILLISECONDS.toNanos(SECOND_LOOK_MILLIS);
  }

  private void lookLater() {
    try {
      scheduler.schedule(() -> look(true), SECOND_LOOK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // the service closes
    }
  }

  private void accept(FlagSet set, List<Finding> notes) {
    FlagSet before = flags.set();
    settled = set.version();
    suspect = null;
    trouble = null;
    if (set.version().equals(before.version())) {
      String message = shownAs + " is again what is in force";
      events.accept(describe(Event.info("flags.restored", message), before));
      return;
    }
    flags.swap(set);
    meters.reloaded("swapped");
    Collection<String> changed = set.changedSince(before);
    String message = "changed flags of " + shownAs + " are in force: " + names(changed);
    events.accept(
        describe(Event.info("flags.swapped", message), set)
            .with("flyball.flags.keys", names(changed)));
    note(notes);
    publishNotes();
    watch.start();
    swapped.accept(set);
  }

  private void refuse(Found found, @Nullable Reading reading) {
    settled = found.id;
    suspect = null;
    String why = reading == null ? shownAs + " " + found.why : summary(reading.problems());
    trouble = why;
    meters.reloaded("rejected");
    FlagSet set = flags.set();
    String name = found.id.equals(GONE) ? "flags.missing" : "flags.rejected";
    String message = why + "; the flags of version " + set.version() + " stay in force";
    Event event = describe(Event.error(name, message), set);
    events.accept(
        reading == null ? event : event.with("flyball.problems", lines(reading.problems())));
  }

  // ---- words

  private void note(List<Finding> notes) {
    pending = null;
    if (!notes.isEmpty()) {
      String message = "flags work in a way that can hardly be meant: " + summary(notes);
      Event event = Event.warn("flags.questionable", message);
      pending = describe(event, flags.set()).with("flyball.problems", lines(notes));
    }
  }

  private void publishNotes() {
    Event questionable = pending;
    if (questionable != null) {
      events.accept(questionable);
    }
  }

  private Event describe(Event event, FlagSet set) {
    return event
        .with("flyball.flags.file", shownAs)
        .with("flyball.flags.version", set.version())
        .with("flyball.flags.count", set.size());
  }

  private String summary(List<Finding> findings) {
    String first = findings.get(0).in(shownAs);
    int more = findings.size() - 1;
    return more == 0 ? first : first + " (and " + more + " more)";
  }

  private String lines(List<Finding> findings) {
    return findings.stream()
        .map(finding -> finding.in(shownAs))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private static String names(Collection<String> keys) {
    String named = keys.stream().limit(MOST_NAMED).collect(Collectors.joining(","));
    int more = keys.size() - MOST_NAMED;
    return more > 0 ? named + " and " + more + " more" : named.isEmpty() ? "none" : named;
  }

  // ---- the file

  private @Nullable Stamp stamp() {
    try {
      Path real = file.toRealPath();
      BasicFileAttributes seen = Files.readAttributes(real, BasicFileAttributes.class);
      return new Stamp(real, seen.size(), seen.lastModifiedTime(), seen.fileKey());
    } catch (IOException e) {
      return null;
    }
  }

  /** What is no file is not opened: a pipe that nobody writes to would hold the thread for ever. */
  private Found find() {
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        return Found.nothing("no file", "is not a file");
      }
      if (Files.size(file) > FlagSetReader.MAX_BYTES) {
        String why = "is larger than " + FlagSetReader.MAX_BYTES + " bytes";
        return Found.nothing(why, why);
      }
      return Found.content(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return Found.nothing(GONE, "does not exist");
    } catch (IOException e) {
      String why = "cannot be read: " + e;
      return Found.nothing(why, why);
    }
  }

  // ---- health

  @Override
  public String name() {
    return "flags";
  }

  @Override
  public CompletionStage<Result> check() {
    String wrong = trouble;
    FlagSet set = flags.set();
    String inForce = "version " + set.version() + " with " + set.size() + " flags is in force";
    return CompletableFuture.completedFuture(
        wrong == null
            ? new Result(Status.UP, inForce)
            : new Result(Status.DEGRADED, inForce + ", but " + wrong));
  }

  @Override
  public void close() {
    watch.close();
  }
}
