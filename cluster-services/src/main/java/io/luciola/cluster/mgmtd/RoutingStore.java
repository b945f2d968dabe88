package io.luciola.cluster.mgmtd;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.luciola.cluster.kv.KeyValue;
import io.luciola.cluster.kv.KeyValueStore;
import io.luciola.cluster.kv.Transaction;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.ChainTable;
import io.luciola.cluster.mgmtd.proto.ConfigTemplate;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The routing map in the key-value store: one record per node, target, chain, chain table and
 * configuration template, and the version. Keys are a prefix of four letters and the id in
 * big-endian order; values are the protocol's messages.
 */
final class RoutingStore {

  private static final String NODE = "NODE";
  private static final String TARGET = "TGIF";
  private static final String CHAIN = "CHIF";
  private static final String CHAIN_TABLE = "CHIT";
  private static final byte[] VERSION = "SINGRoutingVersion".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FAILURE_TIMEOUT =
      "SINGFailureTimeout".getBytes(StandardCharsets.US_ASCII);
  private static final String CONFIG = "CONF";
  private static final int MAX_RECORDS = 1_000_000;

  private final KeyValueStore store;
  private final Consumer<Transaction> fence;

  /**
   * Over a store.
   *
   * @param fence called in every transaction that writes; throws when this Mgmtd may not
   */
  RoutingStore(KeyValueStore store, Consumer<Transaction> fence) {
    this.store = store;
    this.fence = fence;
  }

  /** The map as last saved; empty at the first start. */
  RoutingMap load() {
    return store.run(
        transaction -> {
          byte[] version = transaction.get(VERSION);
          return RoutingMap.newBuilder()
              .setVersion(version == null ? 0 : ByteBuffer.wrap(version).getLong())
              .addAllNodes(all(transaction, NODE, Node.parser()))
              .addAllTargets(all(transaction, TARGET, Target.parser()))
              .addAllChains(all(transaction, CHAIN, Chain.parser()))
              .addAllChainTables(all(transaction, CHAIN_TABLE, ChainTable.parser()))
              .addAllConfigTemplates(all(transaction, CONFIG, ConfigTemplate.parser()))
              .build();
        });
  }

  /** Makes what is other in a map durable, together with its version. */
  void save(RoutingDiff diff, long version) {
    store.run(
        transaction -> {
          fence.accept(transaction);
          diff.changed().forEach((key, record) -> transaction.set(key(key), record.toByteArray()));
          diff.gone().forEach(key -> transaction.clear(key(key)));
          setVersion(transaction, version);
          return null;
        });
  }

  /** The longest failure timeout by which a lease may be held, in nanoseconds; 0 when unknown. */
  long loadFailureTimeoutNs() {
    return store.run(
        transaction -> {
          byte[] timeout = transaction.get(FAILURE_TIMEOUT);
          return timeout == null ? 0 : ByteBuffer.wrap(timeout).getLong();
        });
  }

  /** Makes durable by which failure timeout leases may be held. */
  void saveFailureTimeoutNs(long timeoutNs) {
    store.run(
        transaction -> {
          fence.accept(transaction);
          transaction.set(
              FAILURE_TIMEOUT, ByteBuffer.allocate(Long.BYTES).putLong(timeoutNs).array());
          return null;
        });
  }

  private static void setVersion(Transaction transaction, long version) {
    transaction.set(VERSION, ByteBuffer.allocate(Long.BYTES).putLong(version).array());
  }

  private static <T extends MessageLite> List<T> all(
      Transaction transaction, String prefix, Parser<T> parser) {
    byte[] begin = prefix.getBytes(StandardCharsets.US_ASCII);
    byte[] end = begin.clone();
    end[end.length - 1]++;
    List<T> found = new ArrayList<>();
    for (KeyValue pair : transaction.getRangeSnapshot(begin, end, MAX_RECORDS, false)) {
      try {
        found.add(parser.parseFrom(pair.value()));
      } catch (InvalidProtocolBufferException damaged) {
        throw new IllegalStateException(
            "a " + prefix + " record of Mgmtd's store is damaged", damaged);
      }
    }
    return found;
  }

  private static byte[] key(RoutingKey key) {
    String prefix =
        switch (key.kind()) {
          case NODE -> NODE;
          case TARGET -> TARGET;
          case CHAIN -> CHAIN;
          case CHAIN_TABLE -> CHAIN_TABLE;
          case CONFIG -> CONFIG;
        };
    return ByteBuffer.allocate(prefix.length() + Long.BYTES + Integer.BYTES)
        .put(prefix.getBytes(StandardCharsets.US_ASCII))
        .putLong(key.id())
        .putInt(key.version())
        .array();
  }
}
