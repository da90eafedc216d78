// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import dev.flyball.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a caller is told when a call does not go well: a problem of RFC 9457, mapped once for every
 * protocol.
 *
 * <p>A problem has a {@link Kind}, which fixes its status in each protocol, and a code, which
 * callers may test for and which is the kind's name unless another is given. Its texts are written
 * for strangers: no token, no claim, no exception. Immutable.
 */
public final class Problem {

  /** The kinds of problems and what each protocol calls them. */
  public enum Kind {
    /** The request is malformed. */
    INVALID_REQUEST(400, "Bad Request", "INVALID_ARGUMENT", "BAD_REQUEST", Fault.CLIENT),
    /** There is no credential, and one is needed. */
    CREDENTIALS_MISSING(401, "Unauthorized", "UNAUTHENTICATED", "UNAUTHORIZED", Fault.CLIENT),
    /** The credential is not valid. */
    INVALID_TOKEN(401, "Unauthorized", "UNAUTHENTICATED", "UNAUTHORIZED", Fault.CLIENT),
    /** The credential is valid and not enough. */
    INSUFFICIENT_SCOPE(403, "Forbidden", "PERMISSION_DENIED", "FORBIDDEN", Fault.CLIENT),
    /** A policy says no. */
    DENIED(403, "Forbidden", "PERMISSION_DENIED", "FORBIDDEN", Fault.CLIENT),
    /** The path is known, the method is not. */
    METHOD_NOT_ALLOWED(405, "Method Not Allowed", "UNIMPLEMENTED", "BAD_REQUEST", Fault.CLIENT),
    /** The feature is off for this caller. */
    FEATURE_OFF(404, "Not Found", "UNIMPLEMENTED", "NOT_FOUND", Fault.CLIENT),
    /** There is no such thing. */
    NOT_FOUND(404, "Not Found", "NOT_FOUND", "NOT_FOUND", Fault.CLIENT),
    /** The request is larger than allowed. */
    TOO_LARGE(413, "Content Too Large", "RESOURCE_EXHAUSTED", "BAD_REQUEST", Fault.CLIENT),
    /** The body is of a type that the endpoint does not read. */
    UNSUPPORTED_MEDIA_TYPE(
        415, "Unsupported Media Type", "INVALID_ARGUMENT", "BAD_REQUEST", Fault.CLIENT),
    /** The caller asks too often. */
    THROTTLED(429, "Too Many Requests", "RESOURCE_EXHAUSTED", "BAD_REQUEST", Fault.CLIENT),
    /** The service has failed. */
    INTERNAL(500, "Internal Server Error", "INTERNAL", "INTERNAL_ERROR", Fault.SERVER),
    /** The service has no room for the call. */
    OVERLOADED(503, "Service Unavailable", "UNAVAILABLE", "INTERNAL_ERROR", Fault.SERVER),
    /** The credential cannot be checked now. */
    KEYS_UNAVAILABLE(503, "Service Unavailable", "UNAVAILABLE", "INTERNAL_ERROR", Fault.SERVER),
    /** The call took too long. */
    TIMEOUT(504, "Gateway Timeout", "DEADLINE_EXCEEDED", "INTERNAL_ERROR", Fault.SERVER);

    private final int status;
    private final String title;
    private final String grpcStatus;
    private final String graphqlCode;
    private final Fault fault;

    Kind(int status, String title, String grpcStatus, String graphqlCode, Fault fault) {
      this.status = status;
      this.title = title;
      this.grpcStatus = grpcStatus;
      this.graphqlCode = graphqlCode;
      this.fault = fault;
    }

    /**
     * The status of HTTP.
     *
     * @return from 400 to 504
     */
    public int status() {
      return status;
    }

    /**
     * The name of the gRPC status code.
     *
     * @return for example {@code PERMISSION_DENIED}
     */
    public String grpcStatus() {
      return grpcStatus;
    }

    /**
     * The classification in the extensions of a GraphQL error.
     *
     * @return for example {@code FORBIDDEN}
     */
    public String graphqlCode() {
      return graphqlCode;
    }

    /**
     * The code of a SOAP fault.
     *
     * @return {@code Client} or {@code Server}
     */
    public String soapFault() {
      return fault == Fault.CLIENT ? "Client" : "Server";
    }

    String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private enum Fault {
    CLIENT,
    SERVER
  }

  /** The media type of the body (RFC 9457, section 3). */
  public static final String MEDIA_TYPE = "application/problem+json";

  private final Kind kind;
  private final String code;
  private final String detail;
  private final List<Header> headers;

  private Problem(Kind kind, String code, String detail, List<Header> headers) {
    this.kind = kind;
    this.code = code;
    this.detail = detail;
    this.headers = headers;
  }

  /**
   * A problem whose code is that of its kind.
   *
   * @param kind the row of the table
   * @param detail one sentence for the caller
   * @return a problem without headers
   */
  public static Problem of(Kind kind, String detail) {
    return of(kind, kind.code(), detail);
  }

  /**
   * A problem with a code of its own.
   *
   * @param kind the row of the table
   * @param code a stable word in snake_case that callers may test for
   * @param detail one sentence for the caller
   * @return a problem without headers
   */
  public static Problem of(Kind kind, String code, String detail) {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(detail, "detail");
    return new Problem(kind, code, detail, List.of());
  }

  /**
   * This problem with one more header.
   *
   * @param name the field name
   * @param value the field value
   * @return a new problem
   */
  public Problem withHeader(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new Problem(kind, code, detail, List.copyOf(more));
  }

  /**
   * The row of the table.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * The stable word that callers may test for.
   *
   * @return for example {@code insufficient_scope}
   */
  public String code() {
    return code;
  }

  /**
   * The status of HTTP.
   *
   * @return from 400 to 504
   */
  public int status() {
    return kind.status();
  }

  /**
   * One sentence for the caller.
   *
   * @return the detail
   */
  public String detail() {
    return detail;
  }

  /**
   * The headers that belong to the problem: a challenge, Retry-After.
   *
   * @return in order
   */
  public List<Header> headers() {
    return headers;
  }

  /**
   * The body of RFC 9457.
   *
   * @param traceId the id under which the operators find the call; null to leave it out
   * @return UTF-8 JSON of type {@link #MEDIA_TYPE}
   */
  public byte[] toJson(@Nullable String traceId) {
    JsonWriter json = new JsonWriter().beginObject();
    json.name("type").value("about:blank");
    json.name("title").value(kind.title);
    json.name("status").value(kind.status);
    json.name("code").value(code);
    json.name("detail").value(detail);
    if (traceId != null) {
      json.name("traceId").value(traceId);
    }
    return json.endObject().toByteArray();
  }

  /**
   * Status, code and detail.
   *
   * @return text for messages
   */
  @Override
  public String toString() {
    return kind.status + " " + code + ": " + detail;
  }
}
