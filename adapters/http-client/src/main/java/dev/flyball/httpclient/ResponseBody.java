// SPDX-License-Identifier: Apache-2.0
package dev.flyball.httpclient;

import io.opentelemetry.context.Scope;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response on its way to its reader, whose code runs in the context of the caller.
 *
 * <p>Signals come one after another from the client, but the call may be broken off at any moment
 * on another thread. Whoever holds {@link #signals} talks to the reader; who finds it held leaves
 * the news in {@link #broken} for the holder to deliver.
 */
final class ResponseBody<T> implements BodySubscriber<T> {

  private final BodySubscriber<T> reader;
  private final Exchange exchange;
  private final CompletableFuture<T> value = new CompletableFuture<>();
  private final ReentrantLock signals = new ReentrantLock();
  private volatile @Nullable Throwable broken;
  private volatile @Nullable Subscription subscription;
  private boolean subscribed; // guarded by signals
  private boolean done; // guarded by signals

  ResponseBody(BodySubscriber<T> reader, Exchange exchange) {
    this.reader = reader;
    this.exchange = exchange;
  }

  /** In the context of the caller: where the body is there already, mappings run right here. */
  @Override
  public CompletionStage<T> getBody() {
    try (Scope scope = exchange.callerScope()) {
      reader.getBody().whenComplete(this::read);
    }
    return value;
  }

  private void read(T read, @Nullable Throwable error) {
    if (error == null) {
      value.complete(read);
    } else {
      value.completeExceptionally(error);
    }
  }

  @Override
  public void onSubscribe(Subscription upstream) {
    subscription = upstream;
    tell(() -> {
      subscribed = true;
      reader.onSubscribe(new Reading(upstream));
    });
    if (broken != null) {
      upstream.cancel();
    }
  }

  @Override
  public void onNext(List<ByteBuffer> parts) {
    long bytes = 0;
    for (ByteBuffer part : parts) {
      bytes += part.remaining();
    }
    exchange.received(bytes);
    tell(() -> reader.onNext(parts));
  }

  @Override
  public void onError(Throwable error) {
    tell(() -> {
      done = true;
      exchange.bodyFailed(error);
      reader.onError(error);
    });
  }

  /** The call ends before the reader knows that there is no more. */
  @Override
  public void onComplete() {
    tell(() -> {
      done = true;
      exchange.bodyRead();
      reader.onComplete();
    });
  }

  /**
   * The call was broken off: no more is read, and the reader hears why. Only then is the client
   * told, which may answer at once with an error of its own.
   */
  void breakOff(Throwable reason) {
    broken = reason;
    exchange.bodyFailed(reason);
    value.completeExceptionally(reason);
    deliver();
    cancelUpstream();
  }

  private void cancelUpstream() {
    Subscription upstream = subscription;
    if (upstream != null) {
      upstream.cancel();
    }
  }

  private void tell(Runnable signal) {
    signals.lock();
    try (Scope scope = exchange.callerScope()) {
      if (!done && (broken == null || !subscribed)) {
        signal.run();
      }
    } catch (Throwable t) {
      readerFailed(t);
    } finally {
      signals.unlock();
    }
    deliver();
  }

  /** What the client would do differs; a reader that throws gets no more, and the call fails. */
  private void readerFailed(Throwable error) {
    done = true;
    exchange.bodyFailed(error);
    value.completeExceptionally(error);
    cancelUpstream();
  }

  private void deliver() {
    Throwable reason = broken;
    if (reason != null && !signals.isHeldByCurrentThread() && signals.tryLock()) {
      try (Scope scope = exchange.callerScope()) {
        if (subscribed && !done) {
          done = true;
          reader.onError(reason);
        }
      } catch (Throwable t) {
        readerFailed(t);
      } finally {
        signals.unlock();
      }
    }
  }

  /** What the reader asks for, and when it has had enough. */
  private final class Reading implements Subscription {

    private final Subscription upstream;

    Reading(Subscription upstream) {
      this.upstream = upstream;
    }

    @Override
    public void request(long count) {
      upstream.request(count);
    }

    @Override
    public void cancel() {
      exchange.bodyGivenUp(); // first: the client may take cancelling for an error
      upstream.cancel();
    }
  }
}
