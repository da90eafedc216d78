// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a method an endpoint: the method of HTTP, a space, and a path with variables in braces.
 *
 * <p>A parameter with the name of a variable gets its decoded value, as text, number, boolean,
 * UUID, enum or any class with a public static {@code valueOf}, {@code of}, {@code parse} or {@code
 * fromString}, or a public constructor, for a text; with {@link Query} a value of the query. {@code
 * Call}, {@code Principal} and {@code HttpExchange} may be asked for. One other parameter may take
 * the body, except with GET and HEAD: a {@code String}, {@code byte[]} or {@code InputStream} as it
 * is (a text in UTF-8), anything else from JSON. What is returned is written as JSON, a text as
 * plain text, {@code byte[]} as it is, a {@link Response} with its status and headers, a {@link
 * Streamed} in pieces, a {@code CompletionStage} when it completes; {@code void}, null and an empty
 * {@code Optional} give 204. HEAD runs the method of GET.
 *
 * <p>Names of parameters have to be compiled in ({@code -parameters}).
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Route {

  /**
   * Method and path.
   *
   * @return for example {@code GET /orders/{id}}
   */
  String value();

  /**
   * The largest body that is accepted.
   *
   * @return bytes; -1 for {@code flyball.body-limit}
   */
  long bodyLimit() default -1;
}
