// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import dev.flyball.annotation.Governed;
import dev.flyball.internal.Annotations;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a service: what policy is bound to.
 *
 * <p>An endpoint comes from the handler that a live router resolved, never from a URL. Its
 * annotations are resolved once: the nearest of method, overridden methods, class, superclasses,
 * interfaces; annotations on annotations included. Immutable.
 */
public final class Endpoint {

  /** What an endpoint is to the engine. */
  public enum Kind {
    /** An operation that callers reach. Denied unless it says who may call. */
    SERVER,
    /** The transport of several operations (GraphQL, SOAP), each of which is a child. */
    ENVELOPE,
    /** Work that the service starts itself. */
    JOB,
    /** A dependency that the service calls. */
    CLIENT
  }

  /** How many messages flow. */
  public enum Shape {
    /** One request, one response. */
    UNARY,
    /** More than one message in at least one direction. */
    STREAMING
  }

  private final Kind kind;
  private final String protocol;
  private final String operation;
  private final String id;
  private final Shape shape;
  private final @Nullable String owner;
  private final @Nullable Method source;
  private final List<Annotation> annotations;
  private final List<Annotation> authorization;
  private final long bodyLimit;

  private Endpoint(Builder builder) {
    kind = builder.kind;
    protocol = builder.protocol;
    operation = builder.operation;
    id = protocol + ":" + operation;
    shape = builder.shape;
    source = builder.source;
    annotations = List.copyOf(builder.annotations);
    authorization = Annotations.authorization(annotations);
    owner = builder.owner != null ? builder.owner : owner(annotations);
    bodyLimit = builder.bodyLimit;
  }

  /**
   * Starts an endpoint that callers reach.
   *
   * @param protocol for example {@code http}
   * @param operation what it is called in the protocol, with templates and never with values:
   *     {@code GET /orders/{id}}
   * @return a builder
   */
  public static Builder builder(String protocol, String operation) {
    return new Builder(protocol, operation);
  }

  /**
   * What the endpoint is to the engine.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * Protocol and operation: the same text in records, lines, metrics and settings.
   *
   * @return for example {@code http:GET /orders/{id}}
   */
  public String id() {
    return id;
  }

  /**
   * The protocol.
   *
   * @return for example {@code http}
   */
  public String protocol() {
    return protocol;
  }

  /**
   * What the operation is called in the protocol.
   *
   * @return for example {@code GET /orders/{id}}
   */
  public String operation() {
    return operation;
  }

  /**
   * How many messages flow.
   *
   * @return the shape
   */
  public Shape shape() {
    return shape;
  }

  /**
   * The team that answers for it.
   *
   * @return null where nobody is named
   */
  public @Nullable String owner() {
    return owner;
  }

  /**
   * The method that handles it.
   *
   * @return null where there is none
   */
  public @Nullable Method source() {
    return source;
  }

  /**
   * The largest body that the endpoint accepts.
   *
   * @return bytes; -1 for the limit of the service ({@code flyball.body-limit})
   */
  public long bodyLimit() {
    return bodyLimit;
  }

  /**
   * The annotations in force, those of JSR-250 included.
   *
   * @return resolved annotations
   */
  public List<Annotation> annotations() {
    return annotations;
  }

  /**
   * The annotations in force that say who may call; all of them must hold.
   *
   * @return empty where nothing is declared
   */
  public List<Annotation> authorization() {
    return authorization;
  }

  /**
   * One annotation in force.
   *
   * @param type its type
   * @param <A> its type
   * @return empty where it is absent
   */
  public <A extends Annotation> Optional<A> annotation(Class<A> type) {
    for (Annotation annotation : annotations) {
      if (type.isInstance(annotation)) {
        return Optional.of(type.cast(annotation));
      }
    }
    return Optional.empty();
  }

  /**
   * The id.
   *
   * @return for messages
   */
  @Override
  public String toString() {
    return id;
  }

  private static @Nullable String owner(List<Annotation> annotations) {
    for (Annotation annotation : annotations) {
      if (annotation instanceof Governed governed) {
        return governed.owner();
      }
    }
    return null;
  }

  /** Describes one endpoint. Not thread-safe. */
  public static final class Builder {

    private final String protocol;
    private final String operation;
    private final List<Annotation> annotations = new ArrayList<>();
    private Kind kind = Kind.SERVER;
    private Shape shape = Shape.UNARY;
    private @Nullable String owner;
    private @Nullable Method source;
    private long bodyLimit = -1;

    private Builder(String protocol, String operation) {
      this.protocol = Objects.requireNonNull(protocol, "protocol");
      this.operation = Objects.requireNonNull(operation, "operation");
    }

    /**
     * Names the handler, whose annotations are resolved.
     *
     * @param type the class of the object that handles, which may inherit the method
     * @param method the method that handles
     * @return this builder
     */
    public Builder source(Class<?> type, Method method) {
      this.source = Objects.requireNonNull(method, "method");
      annotations.addAll(Annotations.resolve(type, method));
      return this;
    }

    /**
     * Adds an annotation, where there is no handler method to carry it.
     *
     * @param annotation an annotation of a method or class
     * @return this builder
     */
    public Builder annotation(Annotation annotation) {
      annotations.addAll(Annotations.expand(annotation));
      return this;
    }

    /**
     * Lets callers through who have the scopes, as {@code @RequiresScope} does on a method.
     *
     * @param scopes at least one
     * @return this builder
     * @throws IllegalArgumentException if there is none: every caller would have all of them
     */
    public Builder requiresScope(String... scopes) {
      if (scopes.length == 0) {
        throw new IllegalArgumentException("no scopes (expected: at least one)");
      }
      annotations.add(Annotations.requiresScope(scopes));
      return this;
    }

    /**
     * Sets what the endpoint is to the engine; {@link Kind#SERVER} if not called.
     *
     * @param kind the kind
     * @return this builder
     */
    public Builder kind(Kind kind) {
      this.kind = kind;
      return this;
    }

    /**
     * Sets how many messages flow; {@link Shape#UNARY} if not called.
     *
     * @param shape the shape
     * @return this builder
     */
    public Builder shape(Shape shape) {
      this.shape = shape;
      return this;
    }

    /**
     * Names the team that answers, in place of {@code @Governed}.
     *
     * @param owner a name
     * @return this builder
     */
    public Builder owner(String owner) {
      this.owner = owner;
      return this;
    }

    /**
     * Sets the largest body that is accepted.
     *
     * @param bytes zero or more; -1 for the limit of the service
     * @return this builder
     */
    public Builder bodyLimit(long bytes) {
      this.bodyLimit = bytes;
      return this;
    }

    /**
     * Ends the endpoint.
     *
     * @return the endpoint
     */
    public Endpoint build() {
      return new Endpoint(this);
    }
  }
}
