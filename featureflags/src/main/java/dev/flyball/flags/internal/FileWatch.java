// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Notices at once that a file may have changed: written in place, renamed over, or behind a link
 * that was swapped. It watches the folder of the file and, where that is another one, the folder in
 * which a link ends.
 *
 * <p>A hint, not a promise: some file systems tell nothing, so somebody has to look now and then
 * too.
 */
public final class FileWatch implements AutoCloseable {

  private final Path file;
  private final Consumer<Boolean> changed;
  private final Map<Path, WatchKey> keys = new HashMap<>();
  private @Nullable WatchService service;

  /**
   * A watch that is not yet started.
   *
   * @param file an absolute path
   * @param changed called on a thread of the watch; true where it is certain that it was this file
   */
  public FileWatch(Path file, Consumer<Boolean> changed) {
    this.file = file;
    this.changed = changed;
  }

  /** Starts to watch; without effect where it does already. */
  public synchronized void start() {
    if (service != null) {
      return;
    }
    try {
      WatchService started = FileSystems.getDefault().newWatchService();
      service = started;
      register(started);
      Thread thread = new Thread(() -> run(started), "flyball-flags-watch");
      thread.setDaemon(true);
      thread.start();
    } catch (IOException | UnsupportedOperationException e) {
      // too many watches, or none at all: looking now and then remains
      close();
    }
  }

  private void run(WatchService started) {
    try {
      while (true) {
        WatchKey key = started.take();
        boolean isCertain = isAboutFile(key);
        if (!key.reset()) {
          forget(key);
        }
        register(started);
        changed.accept(isCertain);
      }
    } catch (ClosedWatchServiceException e) {
      // the service closes
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isAboutFile(WatchKey key) {
    boolean isCertain = false;
    for (WatchEvent<?> event : key.pollEvents()) {
      isCertain |= !(event.context() instanceof Path name) || file.endsWith(name);
    }
    return isCertain;
  }

  private synchronized void forget(WatchKey key) {
    keys.values().remove(key);
  }

  private synchronized void register(WatchService started) {
    Set<Path> folders = folders();
    folders.forEach(folder -> keys.computeIfAbsent(folder, each -> register(started, each)));
    keys.entrySet()
        .removeIf(entry -> {
          boolean isOld = !folders.contains(entry.getKey());
          if (isOld) {
            entry.getValue().cancel();
          }
          return isOld;
        });
  }

  private Set<Path> folders() {
    Set<Path> folders = new HashSet<>();
    addFolder(folders, file);
    try {
      addFolder(folders, file.toRealPath());
    } catch (IOException e) {
      // the file is not there now
    }
    return folders;
  }

  private static void addFolder(Set<Path> folders, Path file) {
    Path folder = file.getParent();
    if (folder != null) {
      folders.add(folder);
    }
  }

  private static @Nullable WatchKey register(WatchService service, Path folder) {
    try {
      return folder.register(
          service,
          StandardWatchEventKinds.ENTRY_CREATE,
          StandardWatchEventKinds.ENTRY_MODIFY,
          StandardWatchEventKinds.ENTRY_DELETE);
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public synchronized void close() {
    WatchService started = service;
    if (started != null) {
      try {
        started.close();
      } catch (IOException e) {
        // nothing is kept open that could be closed otherwise
      }
    }
  }
}
