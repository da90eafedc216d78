// SPDX-License-Identifier: Apache-2.0
package dev.flyball.httpclient;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicLong;

/** The body of a request, counted on its way; again where a redirect has it sent again. */
final class CountedBody implements BodyPublisher {

  private final BodyPublisher body;
  private final AtomicLong bytes;

  CountedBody(BodyPublisher body, AtomicLong bytes) {
    this.body = body;
    this.bytes = bytes;
  }

  @Override
  public long contentLength() {
    return body.contentLength();
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> sender) {
    body.subscribe(new Counter(sender, bytes));
  }

  private record Counter(Subscriber<? super ByteBuffer> sender, AtomicLong bytes)
      implements Subscriber<ByteBuffer> {

    @Override
    public void onSubscribe(Subscription subscription) {
      sender.onSubscribe(subscription);
    }

    @Override
    public void onNext(ByteBuffer part) {
      bytes.addAndGet(part.remaining());
      sender.onNext(part);
    }

    @Override
    public void onError(Throwable error) {
      sender.onError(error);
    }

    @Override
    public void onComplete() {
      sender.onComplete();
    }
  }
}
