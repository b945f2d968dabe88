package io.luciola.cluster.meta;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.luciola.blockstore.linux.Errno;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.kv.KeyValue;
import io.luciola.cluster.kv.KeyValueStore;
import io.luciola.cluster.kv.Transaction;
import io.luciola.cluster.meta.MetaKeys.Range;
import io.luciola.cluster.meta.RecordCodec.Answer;
import io.luciola.cluster.meta.proto.Caller;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * Runs requests that change something, each once: the answer is stored in the same transaction, and
 * a repeat gets it. A refusal is not stored: it changed nothing, so a repeat is tried afresh.
 */
final class AnswerLog {

  private static final int SWEEP_BATCH = 1000;

  private final KeyValueStore store;
  private final WallClock clock;

  AnswerLog(KeyValueStore store, WallClock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Runs a request, or finds the answer that it got before. */
  <T extends MessageLite> T runOnce(
      MetaOperation operation, Caller caller, Parser<T> parser, Function<Transaction, T> body) {
    if (caller.getRequestId() == 0) {
      return store.run(body);
    }
    byte[] key = MetaKeys.answer(caller.getClientId(), caller.getRequestId());
    return store.run(
        tx -> {
          byte[] known = tx.get(key);
          if (known != null) {
            return repeat(operation, caller, RecordCodec.answer(known), parser);
          }
          T response = body.apply(tx);
          tx.set(
              key,
              RecordCodec.encode(new Answer(operation, clock.nowNs(), response.toByteString())));
          return response;
        });
  }

  private static <T> T repeat(
      MetaOperation operation, Caller caller, Answer answer, Parser<T> parser) {
    if (answer.operation() != operation) {
      throw new PosixException(
          Errno.EINVAL,
          "request id "
              + Long.toUnsignedString(caller.getRequestId())
              + " was used for "
              + answer.operation()
              + " before and now for "
              + operation);
    }
    try {
      return parser.parseFrom(answer.response());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a damaged answer record", e);
    }
  }

  /** Forgets answers older than {@code age}; returns how many. */
  int sweep(Duration age) {
    long oldestNs = clock.nowNs() - age.toNanos();
    int swept = 0;
    Range rest = MetaKeys.answers();
    while (true) {
      Range page = rest;
      List<KeyValue> answers =
          store.run(tx -> tx.getRangeSnapshot(page.begin(), page.end(), SWEEP_BATCH, false));
      List<KeyValue> old =
          answers.stream()
              .filter(pair -> RecordCodec.answer(pair.value()).answeredNs() < oldestNs)
              .toList();
      if (!old.isEmpty()) {
        store.run(
            tx -> {
              old.forEach(pair -> tx.clear(pair.key()));
              return old.size();
            });
        swept += old.size();
      }
      if (answers.size() < SWEEP_BATCH) {
        return swept;
      }
      rest = rest.after(answers.getLast().key());
    }
  }
}
