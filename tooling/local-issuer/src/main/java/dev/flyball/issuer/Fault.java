// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * How an endpoint fails: an answer in place of the real one, or the real one spoiled or late.
 *
 * <pre>{@code
 * issuer.fault(LocalIssuer.JWKS, Fault.status(503).after(Duration.ofSeconds(10)));
 * }</pre>
 *
 * <p>Immutable; the methods that change a fault return another one.
 */
public final class Fault {

  private static final byte[] BLANKS = blanks();

  private final Duration delay;
  private final Function<Supplier<Answer>, Answer> change;

  private Fault(Duration delay, Function<Supplier<Answer>, Answer> change) {
    this.delay = delay;
    this.change = change;
  }

  /**
   * A status with a short JSON body.
   *
   * @param status from 200 to 599
   * @return a fault
   */
  public static Fault status(int status) {
    checkStatus(status);
    return of(real -> Answer.json(status, Map.of("error", "scripted_fault")));
  }

  /**
   * Any answer.
   *
   * @param status from 200 to 599
   * @param contentType the media type
   * @param body the whole body
   * @return a fault
   */
  public static Fault answer(int status, String contentType, String body) {
    checkStatus(status);
    Objects.requireNonNull(contentType, "contentType");
    Objects.requireNonNull(body, "body");
    return of(real -> Answer.text(status, contentType, body));
  }

  /**
   * The real answer, late.
   *
   * @param delay counted from the request; ends early when the fault is cleared
   * @return a fault
   */
  public static Fault slow(Duration delay) {
    return of(Supplier::get).after(delay);
  }

  /**
   * A redirect with status 302.
   *
   * @param location where to
   * @return a fault
   */
  public static Fault redirect(String location) {
    return redirect(302, location);
  }

  /**
   * A redirect.
   *
   * @param status from 300 to 399
   * @param location where to
   * @return a fault
   */
  public static Fault redirect(int status, String location) {
    checkStatus(status);
    Objects.requireNonNull(location, "location");
    return of(real -> Answer.empty(status).withHeader("Location", location));
  }

  /**
   * The real answer, with blanks behind it up to a length. It stays valid JSON: only a client that
   * counts can refuse it.
   *
   * @param bytes the length of the body; below that of the real answer, the rest is missing
   * @return a fault
   */
  public static Fault body(long bytes) {
    checkLength(bytes);
    return onReal(real -> real.withBody(bytes, padded(real.bytes(), bytes)));
  }

  /**
   * A page of HTML with status 200, as from a proxy or a login wall.
   *
   * @return a fault
   */
  public static Fault html() {
    return answer(200, "text/html; charset=utf-8", "<!doctype html><title>Sign in</title>");
  }

  /**
   * The real answer and blanks behind it, compressed a thousandfold, whether or not the client has
   * asked for compression.
   *
   * @param inflatedBytes the length once it is decompressed
   * @return a fault
   */
  public static Fault gzipBomb(long inflatedBytes) {
    checkLength(inflatedBytes);
    return onReal(real ->
        real.withHeader("Content-Encoding", "gzip")
            .withBody(Answer.UNTOLD, compressed(padded(real.bytes(), inflatedBytes))));
  }

  /**
   * The first half of the real answer under the length of the whole, then a closed connection.
   *
   * @return a fault
   */
  public static Fault truncated() {
    return onReal(real -> {
      byte[] whole = real.bytes();
      return real.withBody(whole.length, out -> out.write(whole, 0, whole.length / 2));
    });
  }

  /**
   * A connection that is closed without an answer.
   *
   * @return a fault
   */
  public static Fault hangUp() {
    return of(real -> Answer.empty(Answer.HANG_UP));
  }

  /**
   * The real answer under another media type.
   *
   * @param contentType the media type
   * @return a fault
   */
  public static Fault contentType(String contentType) {
    return of(Supplier::get).header("Content-Type", contentType);
  }

  /**
   * This fault with another header.
   *
   * @param name the field name
   * @param value the field value; null leaves the header out
   * @return a fault
   */
  public Fault header(String name, @Nullable String value) {
    Objects.requireNonNull(name, "name");
    return then(answer -> answer.withHeader(name, value));
  }

  /**
   * This fault in chunks, so that the client is not told a length.
   *
   * @return a fault
   */
  public Fault chunked() {
    return then(answer -> answer.withBody(Answer.UNTOLD, answer.body()));
  }

  /**
   * This fault, late.
   *
   * @param delay counted from the request; ends early when the fault is cleared
   * @return a fault
   */
  public Fault after(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay " + delay + " (expected: zero or more)");
    }
    return new Fault(delay, change);
  }

  Duration delay() {
    return delay;
  }

  Answer apply(Supplier<Answer> real) {
    return change.apply(real);
  }

  private Fault then(Function<Answer, Answer> next) {
    return new Fault(delay, change.andThen(next));
  }

  private static Fault onReal(Function<Answer, Answer> change) {
    return of(real -> change.apply(real.get()));
  }

  private static Fault of(Function<Supplier<Answer>, Answer> change) {
    return new Fault(Duration.ZERO, change);
  }

  private static Answer.Body padded(byte[] start, long length) {
    return out -> {
      out.write(start, 0, (int) Math.min(start.length, length));
      for (long left = length - start.length; left > 0; left -= BLANKS.length) {
        out.write(BLANKS, 0, (int) Math.min(BLANKS.length, left));
      }
    };
  }

  private static Answer.Body compressed(Answer.Body body) {
    return out -> {
      GZIPOutputStream compressed = new GZIPOutputStream(out);
      body.writeTo(compressed);
      compressed.finish();
    };
  }

  private static void checkStatus(int status) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status " + status + " (expected: from 200 to 599)");
    }
  }

  private static void checkLength(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("length " + bytes + " (expected: zero or more)");
    }
  }

  private static byte[] blanks() {
    byte[] blanks = new byte[8192];
    Arrays.fill(blanks, (byte) ' ');
    return blanks;
  }
}
