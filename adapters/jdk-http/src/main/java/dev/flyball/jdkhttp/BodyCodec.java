// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Turns bodies into objects and back. The default writes and reads JSON with Jackson 3.
 *
 * <p>Services that want another library implement it. Thread-safe.
 */
public interface BodyCodec {

  /** A body that cannot be turned into an object, and what the caller is told about it. */
  final class MalformedBody extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Says what is wrong.
     *
     * @param message one sentence for the caller: where in the body, and what was expected; nothing
     *     of the implementation
     */
    public MalformedBody(String message) {
      super(message);
    }
  }

  /**
   * The media type that it writes.
   *
   * @return for example {@code application/json}
   */
  String contentType();

  /**
   * Whether it reads a media type.
   *
   * @param contentType the header Content-Type, with its parameters
   * @return true if {@link #read} makes sense
   */
  boolean reads(String contentType);

  /**
   * Reads an object.
   *
   * @param body the bytes; need not be closed
   * @param type the type of the parameter
   * @return the object
   * @throws MalformedBody if the body does not hold such an object
   * @throws IOException if the bytes do not come
   */
  @Nullable Object read(InputStream body, Type type) throws MalformedBody, IOException;

  /**
   * Writes an object.
   *
   * @param object what a method returned
   * @return the bytes
   * @throws IOException if the object cannot be written
   */
  byte[] write(Object object) throws IOException;
}
