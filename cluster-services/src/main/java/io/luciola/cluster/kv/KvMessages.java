package io.luciola.cluster.kv;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.luciola.cluster.kv.proto.CommitCall;
import io.luciola.cluster.kv.proto.Failure;
import io.luciola.cluster.kv.proto.Range;
import io.luciola.cluster.kv.proto.StampedKeyWrite;
import io.luciola.cluster.kv.proto.Write;
import java.util.Map;
import java.util.function.BiConsumer;

/** The protocol's messages out of a transaction, and back into one. */
final class KvMessages {

  private KvMessages() {}

  /** Shares the array, which nobody changes any more. */
  static ByteString bytes(byte[] array) {
    return UnsafeByteOperations.unsafeWrap(array);
  }

  static Range range(byte[] begin, byte[] end) {
    return Range.newBuilder().setBegin(bytes(begin)).setEnd(bytes(end)).build();
  }

  static Failure failure(KvException failure) {
    return Failure.newBuilder()
        .setKind(failure.kind().name())
        .setMessage(String.valueOf(failure.getMessage()))
        .build();
  }

  static KvException exception(Failure failure) {
    return new KvException(KvException.Kind.valueOf(failure.getKind()), failure.getMessage());
  }

  static CommitCall commit(CommitRequest request, long ageNs) {
    CommitCall.Builder call =
        CommitCall.newBuilder().setReadVersion(request.readVersion).setAgeNs(ageNs);
    request
        .readConflicts
        .ranges()
        .forEach((begin, end) -> call.addReadConflicts(range(begin, end)));
    request
        .writeConflicts
        .ranges()
        .forEach((begin, end) -> call.addWriteConflicts(range(begin, end)));
    request.writes.cleared.ranges().forEach((begin, end) -> call.addCleared(range(begin, end)));
    for (Map.Entry<byte[], WriteSet.Write> write : request.writes.writes.entrySet()) {
      call.addWrites(write(write.getKey(), write.getValue()));
    }
    for (WriteSet.StampedKey stamped : request.writes.stampedKeys) {
      call.addStampedKeys(
          StampedKeyWrite.newBuilder()
              .setKey(bytes(stamped.key()))
              .setOffset(stamped.offset())
              .setValue(bytes(stamped.value())));
    }
    return call.build();
  }

  private static Write write(byte[] key, WriteSet.Write wish) {
    Write.Builder write = Write.newBuilder().setKey(bytes(key));
    return switch (wish) {
      case WriteSet.Write.Put put when put.value() == null -> write.setRemove(true).build();
      case WriteSet.Write.Put put -> write.setPut(bytes(put.value())).build();
      case WriteSet.Write.Add add -> write.setAdd(add.delta()).build();
      case WriteSet.Write.StampedValue stamped ->
          write
              .setStampedValue(
                  Write.Stamped.newBuilder()
                      .setValue(bytes(stamped.value()))
                      .setOffset(stamped.offset()))
              .build();
    };
  }

  /** Does again what the client's transaction did, so that all of its checks are made here too. */
  static void replay(CommitCall call, Transaction transaction) {
    call.getReadConflictsList().forEach(range -> with(range, transaction::addReadConflictRange));
    call.getClearedList().forEach(range -> with(range, transaction::clearRange));
    for (Write write : call.getWritesList()) {
      byte[] key = write.getKey().toByteArray();
      switch (write.getChangeCase()) {
        case PUT -> transaction.set(key, write.getPut().toByteArray());
        case REMOVE -> transaction.clear(key);
        case ADD -> transaction.add(key, write.getAdd());
        case STAMPED_VALUE ->
            transaction.setVersionstampedValue(
                key,
                write.getStampedValue().getValue().toByteArray(),
                write.getStampedValue().getOffset());
        case CHANGE_NOT_SET -> throw new IllegalArgumentException("a write says nothing");
      }
    }
    for (StampedKeyWrite stamped : call.getStampedKeysList()) {
      transaction.setVersionstampedKey(
          stamped.getKey().toByteArray(), stamped.getOffset(), stamped.getValue().toByteArray());
    }
    call.getWriteConflictsList().forEach(range -> with(range, transaction::addWriteConflictRange));
  }

  private static void with(Range range, BiConsumer<byte[], byte[]> action) {
    action.accept(range.getBegin().toByteArray(), range.getEnd().toByteArray());
  }
}
