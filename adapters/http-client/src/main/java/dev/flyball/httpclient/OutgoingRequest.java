// SPDX-License-Identifier: Apache-2.0
package dev.flyball.httpclient;

import dev.flyball.OutgoingCarrier;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A request of the service, and the headers that stages add to it. */
final class OutgoingRequest implements OutgoingCarrier {

  private static final String TRACEPARENT = "traceparent";
  private static final String TRACESTATE = "tracestate";

  private final HttpRequest request;
  private final String dependency;
  private final URI uri;
  private final boolean followsRedirects;
  private final Map<String, String> added = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  OutgoingRequest(HttpRequest request, DependencyNames names, boolean followsRedirects) {
    this.request = request;
    this.followsRedirects = followsRedirects;
    this.uri = request.uri();
    this.dependency = names.of(uri);
  }

  /** The request as it is sent: what stages have added goes before what the service has set. */
  HttpRequest sent(@Nullable Duration timeLeft, AtomicLong bytes) {
    BodyPublisher body = request.bodyPublisher().filter(each -> !isEmpty(each)).orElse(null);
    if (added.isEmpty() && timeLeft == null && body == null) {
      return request;
    }
    HttpRequest.Builder copy = HttpRequest.newBuilder(request, (name, value) -> isKept(name));
    added.forEach(copy::setHeader);
    if (timeLeft != null) {
      copy.timeout(shorter(request.timeout(), timeLeft));
    }
    if (body != null) {
      copy.method(request.method(), new CountedBody(body, bytes));
    }
    return copy.build();
  }

  private static boolean isEmpty(BodyPublisher body) {
    return body.contentLength() == 0;
  }

  /** A tracestate without its traceparent would continue a trace that the request is no part of. */
  private boolean isKept(String name) {
    boolean orphaned = name.equalsIgnoreCase(TRACESTATE) && added.containsKey(TRACEPARENT);
    return !orphaned && !added.containsKey(name);
  }

  private static Duration shorter(Optional<Duration> wanted, Duration timeLeft) {
    return wanted.filter(each -> each.compareTo(timeLeft) < 0).orElse(timeLeft);
  }

  @Override
  public String dependency() {
    return dependency;
  }

  @Override
  public String host() {
    return DependencyNames.host(uri);
  }

  @Override
  public String method() {
    return request.method();
  }

  @Override
  public String path() {
    String path = uri.getRawPath();
    return path == null || path.isEmpty() ? "/" : path;
  }

  @Override
  public String scheme() {
    return uri.getScheme() == null ? "" : uri.getScheme();
  }

  @Override
  public int port() {
    if (uri.getPort() > 0) {
      return uri.getPort();
    }
    return scheme().equalsIgnoreCase("https") ? 443 : 80;
  }

  @Override
  public List<String> headers(String name) {
    String set = added.get(name);
    return set != null ? List.of(set) : request.headers().allValues(name);
  }

  @Override
  public Iterable<String> headerNames() {
    Set<String> own = request.headers().map().keySet();
    if (added.isEmpty()) {
      return own;
    }
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    names.addAll(own);
    names.addAll(added.keySet());
    return names;
  }

  @Override
  public boolean followsRedirects() {
    return followsRedirects;
  }

  @Override
  public void header(String name, String value) {
    added.put(name, value);
  }
}
