package io.luciola.cluster.kv;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.kv.KvException.Kind;
import io.luciola.cluster.kv.proto.BeginRequest;
import io.luciola.cluster.kv.proto.BeginResponse;
import io.luciola.cluster.kv.proto.CommitResponse;
import io.luciola.cluster.kv.proto.Failure;
import io.luciola.cluster.kv.proto.GetRequest;
import io.luciola.cluster.kv.proto.GetResponse;
import io.luciola.cluster.kv.proto.KeyValuesGrpc;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A store in another process, served by {@link KvServer}. A call waits for the server as long as a
 * transaction may live; then reads fail with IO, and a commit whose outcome is not known with
 * COMMIT_UNKNOWN.
 */
public final class RemoteStore implements KeyValueStore {

  private static final int MAX_ATTEMPTS = 100;
  private static final int MAX_MESSAGE_BYTES = 4 * MAX_TRANSACTION_BYTES;
  private static final Duration RECONNECT_AFTER = Duration.ofSeconds(5);

  private final HostPort address;
  private final ManagedChannel channel;
  private final KeyValuesGrpc.KeyValuesBlockingStub stub;
  private final LongSupplier nanoClock;
  private final Attempts attempts;
  private final Versions versions = new Versions();
  private volatile boolean closed;

  /**
   * Connects lazily: the server need not be there yet.
   *
   * @param nanoClock a clock that never goes back, such as System::nanoTime
   * @param random for pauses after conflicts; used under a lock
   */
  public RemoteStore(HostPort address, LongSupplier nanoClock, RandomGenerator random) {
    this.address = address;
    this.nanoClock = nanoClock;
    this.attempts = new Attempts(MAX_ATTEMPTS, random);
    this.channel =
        NettyChannelBuilder.forAddress(address.host(), address.port())
            .usePlaintext()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .keepAliveTime(RECONNECT_AFTER.toNanos(), TimeUnit.NANOSECONDS)
            .build();
    this.stub = KeyValuesGrpc.newBlockingStub(channel).withWaitForReady();
  }

  @Override
  public Transaction begin() {
    long startNs = nanoClock.getAsLong();
    BeginResponse answer = read(calls -> calls.begin(BeginRequest.getDefaultInstance()));
    refuse(answer.hasFailure(), answer.getFailure());
    return new OptimisticTransaction(versions, nanoClock, startNs, answer.getVersion());
  }

  @Override
  public <T> T run(Function<Transaction, T> body) {
    return attempts.run(this::begin, body);
  }

  @Override
  public void close() {
    closed = true;
    channel.shutdownNow();
  }

  private <T> T read(Function<KeyValuesGrpc.KeyValuesBlockingStub, T> call) {
    return call(Kind.IO, call);
  }

  private <T> T call(Kind unanswered, Function<KeyValuesGrpc.KeyValuesBlockingStub, T> call) {
    versions.checkUsable();
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.resetConnectBackoff(); // the server may be back
    }
    try {
      return call.apply(stub.withDeadlineAfter(MAX_TRANSACTION_AGE_NS, TimeUnit.NANOSECONDS));
    } catch (StatusRuntimeException failure) {
      throw switch (failure.getStatus().getCode()) {
        case INVALID_ARGUMENT -> new IllegalArgumentException(failure.getStatus().getDescription());
        default ->
            new KvException(
                unanswered,
                "no answer from the key-value store at " + address + ": " + failure.getStatus(),
                failure);
      };
    }
  }

  private static void refuse(boolean failed, Failure failure) {
    if (failed) {
      throw KvMessages.exception(failure);
    }
  }

  /** What transactions read from and commit to, which is the server. */
  private final class Versions implements VersionedStore {

    @Override
    public void checkUsable() {
      if (closed) {
        throw new KvException(Kind.IO, "the connection to the key-value store is closed");
      }
    }

    /** The server refuses by itself what it can no longer read. */
    @Override
    public long horizon() {
      return 0;
    }

    @Override
    public byte @Nullable [] get(byte[] key, long version) {
      GetResponse answer =
          read(
              calls ->
                  calls.get(
                      GetRequest.newBuilder()
                          .setKey(KvMessages.bytes(key))
                          .setVersion(version)
                          .build()));
      refuse(answer.hasFailure(), answer.getFailure());
      return answer.hasValue() ? answer.getValue().toByteArray() : null;
    }

    @Override
    public Iterator<KeyValue> scan(
        byte[] begin, byte[] end, long version, boolean reverse, int likelyLimit) {
      return new RemoteScan(
          page -> {
            var answer = read(calls -> calls.getRange(page));
            refuse(answer.hasFailure(), answer.getFailure());
            return answer;
          },
          begin,
          end,
          version,
          reverse,
          likelyLimit);
    }

    @Override
    public long commit(CommitRequest request) {
      long ageNs = Math.max(0, nanoClock.getAsLong() - request.startNs);
      CommitResponse answer =
          call(Kind.COMMIT_UNKNOWN, calls -> calls.commit(KvMessages.commit(request, ageNs)));
      refuse(answer.hasFailure(), answer.getFailure());
      return answer.getVersion();
    }
  }
}
