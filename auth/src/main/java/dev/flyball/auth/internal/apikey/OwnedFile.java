// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.apikey;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A file of its owner alone that several processes change.
 *
 * <p>Readers take no lock: a change is written beside the file and renamed over it, so that a
 * reader sees all of it or nothing. Writers take the lock of {@code <file>.lock}, read again, and
 * write; the lock file stays where it is, as removing it would let two writers in. On file systems
 * without locks across machines there must be one machine that writes. Thread-safe.
 */
public final class OwnedFile {

  /** Changes the content. */
  public interface Change {

    /**
     * Decides what the file holds next.
     *
     * @param content what it holds now; null where there is no file
     * @return null to leave it as it is
     */
    byte @Nullable [] apply(byte @Nullable [] content) throws IOException;
  }

  private static final int LONGEST = 16 * 1024 * 1024;
  private static final long BETWEEN_ATTEMPTS_NANOS = 5_000_000;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final boolean IS_POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private final Path path;

  public OwnedFile(Path path) {
    this.path = path;
  }

  public Path path() {
    return path;
  }

  /**
   * Reads all of it; null where there is no file. What is no file is not opened: a pipe that nobody
   * writes to would hold the thread.
   */
  public byte @Nullable [] read() throws IOException {
    if (!Files.exists(path)) {
      return null;
    }
    if (!Files.isRegularFile(path)) {
      throw new IOException(path + " is not a file");
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] content = in.readNBytes(LONGEST + 1);
      if (content.length > LONGEST) {
        throw new IOException(path + " is larger than " + LONGEST + " bytes");
      }
      return content;
    }
  }

  /** Whether anybody on the machine may write to it. */
  public boolean isWritableByOthers() throws IOException {
    return permissions().contains(PosixFilePermission.OTHERS_WRITE);
  }

  /** Whether others than its owner and its group may read it. */
  public boolean isReadableByOthers() throws IOException {
    return permissions().contains(PosixFilePermission.OTHERS_READ);
  }

  private Set<PosixFilePermission> permissions() throws IOException {
    return IS_POSIX && Files.exists(path) ? Files.getPosixFilePermissions(path) : Set.of();
  }

  /**
   * Changes the content while no other process does.
   *
   * @param patience how long to wait for others; zero to try once
   * @throws IOException also if others did not finish in time
   */
  public void change(Duration patience, Change change) throws IOException {
    Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    Path lock = target.resolveSibling(target.getFileName() + ".lock");
    try (FileChannel channel = openLock(lock);
        FileLock held = lock(channel, patience, lock)) {
      byte[] next = change.apply(read());
      if (next != null && held.isValid()) {
        replace(target, next);
      }
    }
  }

  private static FileChannel openLock(Path lock) throws IOException {
    return FileChannel.open(
        lock, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), ownerOnly());
  }

  private static FileLock lock(FileChannel channel, Duration patience, Path lock)
      throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      FileLock held = tryLock(channel);
      if (held != null) {
        return held;
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new IOException(
            "somebody else is changing it: "
                + lock
                + " is locked (expected: free within "
                + TimeUnit.NANOSECONDS.toMillis(patience.toNanos())
                + " ms)");
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while waiting for " + lock);
      }
      LockSupport.parkNanos(BETWEEN_ATTEMPTS_NANOS);
    }
  }

  /** The lock belongs to a process: another thread of this one is somebody else, too. */
  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static void replace(Path target, byte[] content) throws IOException {
    Path folder = target.getParent();
    Path next = Files.createTempFile(folder, ".", ".new", ownerOnly());
    try {
      try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(next, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
    }
  }

  private static FileAttribute<?>[] ownerOnly() {
    return IS_POSIX
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }
}
