// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import java.io.IOException;

/**
 * A body that is sent in pieces, each as soon as it is there.
 *
 * <p>Services implement it. What it throws after the first piece cuts the response off.
 */
public interface Streamed {

  /** Where the pieces go. Used on one thread. */
  interface Sink {

    /**
     * Sends one piece: a message of the stream.
     *
     * @param piece the bytes
     * @throws IOException if the client has gone away, or the call was broken off
     */
    void send(byte[] piece) throws IOException;
  }

  /**
   * A body with a media type.
   *
   * @param contentType the media type
   * @param writer sends the pieces
   * @return the body
   */
  static Streamed of(String contentType, Writer writer) {
    return new Streamed() {
      @Override
      public String contentType() {
        return contentType;
      }

      @Override
      public void writeTo(Sink sink) throws Exception {
        writer.writeTo(sink);
      }
    };
  }

  /** Sends the pieces of a body. */
  @FunctionalInterface
  interface Writer {

    /**
     * Sends the pieces.
     *
     * @param sink where they go
     * @throws Exception whatever keeps it from going on
     */
    void writeTo(Sink sink) throws Exception;
  }

  /**
   * The media type.
   *
   * @return for example {@code text/event-stream}
   */
  default String contentType() {
    return "application/octet-stream";
  }

  /**
   * Sends the pieces.
   *
   * @param sink where they go
   * @throws Exception whatever keeps it from going on
   */
  void writeTo(Sink sink) throws Exception;
}
