package io.luciola.cluster.storage;

import io.luciola.blockstore.memory.BufferPool;
import io.luciola.cluster.transport.TcpOptions;
import io.luciola.craq.ReplicaOptions;

/**
 * Bounds and times of a storage node.
 *
 * @param bufferPoolBytes memory for payloads in flight; when it is used up, connections are not
 *     read from until some is free
 * @param maxBufferBytes largest payload; not below the largest chunk, which recovery sends whole
 * @param maxRequestsPerConnection requests of one connection in progress; it is not read from while
 *     it has that many
 * @param peerSilenceNs how long a successor may say nothing beyond its deadline, before the
 *     connection is given up
 * @param reconnectNs least time between two attempts to connect to a node
 * @param replica of the chain replicas
 * @param tcp bounds of the connections
 */
public record StorageOptions(
    long bufferPoolBytes,
    int maxBufferBytes,
    int maxRequestsPerConnection,
    long peerSilenceNs,
    long reconnectNs,
    ReplicaOptions replica,
    TcpOptions tcp) {

  /** 256 MiB of buffers up to 64 MiB each, 512 requests per connection. */
  public static final StorageOptions DEFAULTS =
      new StorageOptions(
          256L << 20,
          BufferPool.LIMIT_MAX_BUFFER_BYTES,
          512,
          1_000_000_000L,
          50_000_000L,
          ReplicaOptions.DEFAULTS,
          new TcpOptions(256 << 10, 1024, BufferPool.LIMIT_MAX_BUFFER_BYTES, 1024));

  /** Checks the ranges. */
  public StorageOptions {
    if (maxRequestsPerConnection < 1 || maxRequestsPerConnection > tcp.sendQueueFrames()) {
      throw new IllegalArgumentException(
          "the send queue must have room for the answers to "
              + maxRequestsPerConnection
              + " requests");
    }
    if (tcp.maxPayloadBytes() > maxBufferBytes || bufferPoolBytes < 4L * maxBufferBytes) {
      throw new IllegalArgumentException(
          "buffers must hold the largest payload, and the pool at least four of them");
    }
    if (peerSilenceNs < 1 || reconnectNs < 1) {
      throw new IllegalArgumentException("times are positive");
    }
  }

  /** The same with another pool. */
  public StorageOptions withBuffers(long poolBytes, int largestBufferBytes) {
    return new StorageOptions(
        poolBytes,
        largestBufferBytes,
        maxRequestsPerConnection,
        peerSilenceNs,
        reconnectNs,
        replica,
        new TcpOptions(
            tcp.receiveBufferBytes(),
            tcp.sendQueueFrames(),
            largestBufferBytes,
            tcp.maxConnections()));
  }

  /** The same with other options of the replicas. */
  public StorageOptions withReplica(ReplicaOptions other) {
    return new StorageOptions(
        bufferPoolBytes,
        maxBufferBytes,
        maxRequestsPerConnection,
        peerSilenceNs,
        reconnectNs,
        other,
        tcp);
  }
}
