// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.hostile;

import dev.flyball.CallListener;
import dev.flyball.CallRecord;
import dev.flyball.Endpoint;
import dev.flyball.Event;
import dev.flyball.Governor;
import dev.flyball.GovernorBuilder;
import dev.flyball.SharedStore;
import dev.flyball.testkit.ManualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * What a service under attack is to be started with.
 *
 * <p>A service in this process is built on {@link #governor}: then the suite sees its records, and
 * its clock stands still. One in another process gets {@link #properties}. Thread-safe.
 */
public final class HostileSetup {

  private final Map<String, String> properties = new TreeMap<>();
  private final Path directory;
  private final boolean virtualThreads;
  private final ManualTime time = ManualTime.create();
  private final BlockingQueue<CallRecord> records = new LinkedBlockingQueue<>();
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final Set<Capability> capabilities;
  private @Nullable SharedStore store;
  private volatile boolean here;

  HostileSetup(Path directory, Set<Capability> capabilities, boolean virtualThreads) {
    this.directory = directory;
    this.capabilities = Set.copyOf(capabilities);
    this.virtualThreads = virtualThreads;
  }

  /** The same, for one more service beside. */
  HostileSetup copy() throws IOException {
    Path folder = Files.createTempDirectory(directory, "another");
    HostileSetup copy = new HostileSetup(folder, capabilities, virtualThreads);
    copy.properties.putAll(properties);
    copy.store = store;
    return copy;
  }

  /**
   * A builder for the governor of a service in this process, with everything set that the suite
   * needs. It reads the files of {@link #directory}, and nothing else of this machine.
   *
   * @return a builder; modules are those on the class path unless it is told others
   */
  public GovernorBuilder governor() {
    here = true;
    GovernorBuilder builder =
        Governor.builder()
            .directory(directory)
            .settings(settings -> settings.environment(Map.of()).systemProperties(Map.of()))
            .time(time)
            .scheduler(time.scheduler())
            .callListener(new Recorder(records))
            .eventListener(events::add);
    if (store != null) {
      builder.offer(SharedStore.class, "default", store);
    }
    return builder;
  }

  /**
   * The properties that the service needs, for one in another process.
   *
   * @return by key
   */
  public Map<String, String> properties() {
    return new TreeMap<>(properties);
  }

  /**
   * The folder beside which the service runs: paths in {@link #properties} are inside it.
   *
   * @return an existing folder
   */
  public Path directory() {
    return directory;
  }

  /**
   * Whether requests are to be handled on virtual threads, where host and JDK have them.
   *
   * @return false for a pool of platform threads
   */
  public boolean virtualThreads() {
    return virtualThreads;
  }

  /**
   * What the service under attack can do beyond bearer tokens, as the suite says.
   *
   * @return some of all
   */
  public Set<Capability> capabilities() {
    return capabilities;
  }

  /** Gives the service what its instances share. */
  void store(SharedStore shared) {
    store = shared;
  }

  void property(String key, String value) {
    properties.put(key, value);
  }

  /** Writes the properties to where the service finds them, the first time or again. */
  void write() {
    write(properties);
    if (capabilities.contains(Capability.API_KEYS)) {
      file(ApiKeyFile.NAME, ApiKeyFile.content(time.now()));
    }
  }

  void write(Map<String, String> changed) {
    StringBuilder text = new StringBuilder();
    changed.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    file("flyball.properties", text.toString());
  }

  private void file(String name, String content) {
    try {
      Files.writeString(directory.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a file of the service", e);
    }
  }

  boolean isHere() {
    return here;
  }

  ManualTime time() {
    return time;
  }

  Instant now() {
    return here ? time.now() : Instant.now();
  }

  BlockingQueue<CallRecord> records() {
    return records;
  }

  List<Event> events() {
    return events;
  }

  /**
   * Keeps the records of calls that come in. Told last: who has a record may look at whatever else
   * the call has left behind.
   */
  private record Recorder(BlockingQueue<CallRecord> records) implements CallListener {

    @Override
    public int order() {
      return Integer.MAX_VALUE;
    }

    @Override
    public void onEnd(CallRecord record) {
      if (record.endpoint().kind() != Endpoint.Kind.CLIENT) {
        records.add(record);
      }
    }
  }
}
