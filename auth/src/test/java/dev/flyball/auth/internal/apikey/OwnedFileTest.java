// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.apikey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnedFileTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path folder;

  private Path path;
  private OwnedFile file;

  @BeforeEach
  void choose() {
    path = folder.resolve("keys.json");
    file = new OwnedFile(path);
  }

  @Test
  void newFile_belongsToItsOwnerAlone() throws IOException {
    assertThat(file.read()).isNull();
    file.change(
        PATIENCE,
        before -> {
          assertThat(before).isNull();
          return bytes("one");
        });
    assertThat(path).hasContent("one");
    assertThat(permissions(path)).isEqualTo("rw-------");
    assertThat(permissions(folder.resolve("keys.json.lock"))).isEqualTo("rw-------");
  }

  @Test
  void fileThatOthersCouldRead_isItsOwnersAfterAChange() throws IOException {
    Files.writeString(path, "one");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(file.isReadableByOthers()).isTrue();
    assertThat(file.isWritableByOthers()).isTrue();
    file.change(PATIENCE, before -> bytes(text(before) + " two"));
    assertThat(path).hasContent("one two");
    assertThat(permissions(path)).isEqualTo("rw-------");
    assertThat(file.isReadableByOthers()).isFalse();
    assertThat(file.isWritableByOthers()).isFalse();
  }

  @Test
  void changeThatFailsOrDoesNothing_leavesTheFileAndNoOtherBehind() throws IOException {
    Files.writeString(path, "one");
    file.change(PATIENCE, before -> null);
    assertThatThrownBy(() ->
            file.change(
                PATIENCE,
                before -> {
                  throw new IOException("cannot think of anything");
                }))
        .hasMessage("cannot think of anything");
    assertThat(path).hasContent("one");
    file.change(PATIENCE, before -> bytes("two"));
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all).containsExactlyInAnyOrder(path, folder.resolve("keys.json.lock"));
    }
  }

  @Test
  void linkToAFile_staysALink() throws IOException {
    Path real = Files.writeString(folder.resolve("real.json"), "one");
    Files.createSymbolicLink(path, real);
    file.change(PATIENCE, before -> bytes(text(before) + " two"));
    assertThat(path).isSymbolicLink();
    assertThat(real).hasContent("one two");
  }

  @Test
  void whatIsNoFileOrTooLarge_isNotRead() throws IOException {
    Files.createDirectory(path);
    assertThatThrownBy(file::read).isInstanceOf(IOException.class).hasMessageContaining("not a");
    OwnedFile large = new OwnedFile(folder.resolve("large"));
    Files.write(large.path(), new byte[16 * 1024 * 1024 + 1]);
    assertThatThrownBy(large::read).hasMessageContaining("larger than 16777216 bytes");
  }

  @Test
  void writer_doesNotWaitWhereItHasNoPatience() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    Thread other =
        new Thread(() ->
            change(before -> {
              inside.countDown();
              await(leave);
              return bytes("slow");
            }));
    other.start();
    inside.await();
    assertThatThrownBy(() -> file.change(Duration.ZERO, before -> bytes("quick")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("keys.json.lock is locked");
    leave.countDown();
    other.join();
    assertThat(path).hasContent("slow");
    file.change(Duration.ZERO, before -> bytes("quick"));
    assertThat(path).hasContent("quick");
  }

  @Test
  void writersOfOneProcess_takeTurns_andReadersSeeWholeFiles() throws Exception {
    Files.writeString(path, "x".repeat(10_000));
    AtomicReference<Throwable> wrong = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          new Thread(() -> {
            for (int n = 0; n < 25; n++) {
              change(before -> bytes(text(before) + "y"));
            }
          }));
    }
    Thread reader =
        new Thread(() -> {
          while (!Thread.currentThread().isInterrupted() && wrong.get() == null) {
            try {
              if (text(file.read()).length() < 10_000) {
                wrong.set(new AssertionError("half a file"));
              }
            } catch (IOException e) {
              break; // interrupted while it read
            }
          }
        });
    reader.start();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    reader.interrupt();
    reader.join();
    assertThat(wrong.get()).isNull();
    assertThat(Files.size(path)).isEqualTo(10_100);
  }

  private void change(OwnedFile.Change change) {
    try {
      file.change(PATIENCE, change);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
