package io.luciola.cluster.kv;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.luciola.cluster.kv.proto.BeginRequest;
import io.luciola.cluster.kv.proto.BeginResponse;
import io.luciola.cluster.kv.proto.CommitCall;
import io.luciola.cluster.kv.proto.CommitResponse;
import io.luciola.cluster.kv.proto.Failure;
import io.luciola.cluster.kv.proto.GetRangeRequest;
import io.luciola.cluster.kv.proto.GetRangeResponse;
import io.luciola.cluster.kv.proto.GetRequest;
import io.luciola.cluster.kv.proto.GetResponse;
import io.luciola.cluster.kv.proto.KeyValuesGrpc;
import io.luciola.cluster.kv.proto.Pair;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The protocol over an embedded store; calls may block, so it wants virtual threads. */
final class KvGrpcService extends KeyValuesGrpc.KeyValuesImplBase {

  private static final Logger LOG = LoggerFactory.getLogger(KvGrpcService.class);
  private static final int MAX_PAIRS = 1_000;
  private static final int MAX_ANSWER_BYTES = 1 << 20;

  private final EmbeddedStore store;
  private final LongSupplier nanoClock;

  KvGrpcService(EmbeddedStore store, LongSupplier nanoClock) {
    this.store = store;
    this.nanoClock = nanoClock;
  }

  @Override
  public void begin(BeginRequest request, StreamObserver<BeginResponse> observer) {
    answer(
        observer,
        () -> {
          try (Transaction transaction = store.begin()) {
            return BeginResponse.newBuilder().setVersion(transaction.readVersion()).build();
          }
        },
        failure -> BeginResponse.newBuilder().setFailure(failure).build());
  }

  @Override
  public void get(GetRequest request, StreamObserver<GetResponse> observer) {
    answer(
        observer,
        () -> {
          try (Transaction transaction = at(request.getVersion(), 0)) {
            byte[] value = transaction.getSnapshot(request.getKey().toByteArray());
            return value == null
                ? GetResponse.getDefaultInstance()
                : GetResponse.newBuilder().setValue(KvMessages.bytes(value)).build();
          }
        },
        failure -> GetResponse.newBuilder().setFailure(failure).build());
  }

  @Override
  public void getRange(GetRangeRequest request, StreamObserver<GetRangeResponse> observer) {
    answer(
        observer,
        () -> {
          try (Transaction transaction = at(request.getVersion(), 0)) {
            return range(request, transaction);
          }
        },
        failure -> GetRangeResponse.newBuilder().setFailure(failure).build());
  }

  private static GetRangeResponse range(GetRangeRequest request, Transaction transaction) {
    int limit = Math.clamp(request.getLimit(), 1, MAX_PAIRS);
    List<KeyValue> found =
        transaction.getRangeSnapshot(
            request.getRange().getBegin().toByteArray(),
            request.getRange().getEnd().toByteArray(),
            limit,
            request.getReverse());
    GetRangeResponse.Builder response = GetRangeResponse.newBuilder();
    long bytes = 0;
    for (KeyValue pair : found) {
      if (bytes >= MAX_ANSWER_BYTES) {
        return response.setMore(true).build();
      }
      bytes += pair.key().length + pair.value().length;
      response.addPairs(
          Pair.newBuilder()
              .setKey(KvMessages.bytes(pair.key()))
              .setValue(KvMessages.bytes(pair.value())));
    }
    return response.setMore(found.size() == limit).build();
  }

  @Override
  public void commit(CommitCall request, StreamObserver<CommitResponse> observer) {
    answer(
        observer,
        () -> {
          try (Transaction transaction = at(request.getReadVersion(), request.getAgeNs())) {
            KvMessages.replay(request, transaction);
            return CommitResponse.newBuilder().setVersion(transaction.commit()).build();
          }
        },
        failure -> CommitResponse.newBuilder().setFailure(failure).build());
  }

  private Transaction at(long version, long ageNs) {
    return new OptimisticTransaction(
        store.versions(), nanoClock, nanoClock.getAsLong() - ageNs, version);
  }

  private static <T> void answer(
      StreamObserver<T> observer, Supplier<T> call, Function<Failure, T> refusal) {
    T response = null;
    RuntimeException wrong = null;
    try {
      response = call.get();
    } catch (KvException known) {
      response = refusal.apply(KvMessages.failure(known));
    } catch (RuntimeException unknown) {
      wrong = unknown;
    }
    send(observer, response, wrong);
  }

  private static <T> void send(
      StreamObserver<T> observer, @Nullable T response, @Nullable RuntimeException wrong) {
    switch (wrong) {
      case null -> {
        observer.onNext(response);
        observer.onCompleted();
      }
      case IllegalArgumentException mistake ->
          observer.onError(
              Status.INVALID_ARGUMENT.withDescription(mistake.getMessage()).asRuntimeException());
      default -> {
        LOG.error("a call to the key-value store failed", wrong);
        observer.onError(Status.INTERNAL.withDescription(wrong.toString()).asRuntimeException());
      }
    }
  }
}
