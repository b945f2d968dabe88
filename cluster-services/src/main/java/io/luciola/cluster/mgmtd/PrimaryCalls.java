package io.luciola.cluster.mgmtd;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.luciola.cluster.kv.KvException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers calls that only the primary can answer; a standby says who that is. Safe for any number
 * of threads.
 */
final class PrimaryCalls {

  /** Tells a caller who asked a standby where the primary is. */
  static final Metadata.Key<String> PRIMARY =
      Metadata.Key.of("luciola-primary", Metadata.ASCII_STRING_MARSHALLER);

  private static final Logger LOG = LoggerFactory.getLogger(PrimaryCalls.class);

  private volatile @Nullable PrimaryRole role;

  /** Before this, every call is answered as by a standby. */
  void serve(PrimaryRole newRole) {
    role = newRole;
  }

  PrimaryRole role() {
    PrimaryRole known = role;
    if (known == null) {
      throw new NotPrimaryException("");
    }
    return known;
  }

  /** Answers a call by what acts in the current term, or says why not. */
  <T> void answer(StreamObserver<T> observer, Call<T> call) {
    T response;
    try {
      MembershipDriver driver = role().driver();
      response = call.run(driver);
      if (role().driver() != driver) {
        throw new NotPrimaryException(""); // the answer may come too late to be true
      }
    } catch (StatusRuntimeException refused) {
      observer.onError(refused);
      return;
    } catch (NotPrimaryException standby) {
      Metadata trailers = new Metadata();
      trailers.put(PRIMARY, standby.primaryAddress());
      observer.onError(
          Status.UNAVAILABLE.withDescription(standby.getMessage()).asRuntimeException(trailers));
      return;
    } catch (ReplacedException replaced) {
      observer.onError(Status.ABORTED.withDescription(replaced.getMessage()).asRuntimeException());
      return;
    } catch (KvException failure) {
      LOG.warn("a Mgmtd call failed in the store: {}", failure.getMessage());
      observer.onError(
          Status.UNAVAILABLE
              .withDescription("Mgmtd's store: " + failure.getMessage())
              .asRuntimeException());
      return;
    } catch (IllegalArgumentException | IllegalStateException wrong) {
      observer.onError(
          Status.INVALID_ARGUMENT.withDescription(wrong.getMessage()).asRuntimeException());
      return;
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      observer.onError(
          Status.UNAVAILABLE.withDescription("Mgmtd is stopping").asRuntimeException());
      return;
    } catch (RuntimeException fault) {
      LOG.error("a Mgmtd call failed", fault);
      observer.onError(Status.INTERNAL.withDescription(fault.toString()).asRuntimeException());
      return;
    }
    observer.onNext(response);
    observer.onCompleted();
  }

  /** What is to be answered. */
  @FunctionalInterface
  interface Call<T> {
    T run(MembershipDriver driver) throws InterruptedException;
  }
}
