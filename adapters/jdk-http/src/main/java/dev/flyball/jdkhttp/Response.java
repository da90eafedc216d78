// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import dev.flyball.Header;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer with a status and headers of its own.
 *
 * @param status the status, from 200 to 599
 * @param headers in order
 * @param body as a method with {@link Route} may return it; null for none
 */
public record Response(int status, List<Header> headers, @Nullable Object body) {

  /** Checks the status and copies the headers. */
  public Response {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status " + status + " (expected: from 200 to 599)");
    }
    headers = List.copyOf(headers);
  }

  /**
   * An answer without headers.
   *
   * @param status the status
   * @param body as a method may return it; null for none
   * @return the answer
   */
  public static Response of(int status, @Nullable Object body) {
    return new Response(status, List.of(), body);
  }

  /**
   * Something was created.
   *
   * @param location where it is
   * @param body what it is; null for none
   * @return 201 with Location
   */
  public static Response created(URI location, @Nullable Object body) {
    return of(201, body).header("Location", location.toString());
  }

  /**
   * This answer with one more header.
   *
   * @param name the field name
   * @param value the field value
   * @return a new answer
   */
  public Response header(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new Response(status, more, body);
  }
}
