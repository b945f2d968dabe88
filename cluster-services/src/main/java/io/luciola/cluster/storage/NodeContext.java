package io.luciola.cluster.storage;

import io.luciola.blockstore.memory.BufferPool;
import io.luciola.cluster.routing.RoutingTable;
import io.luciola.cluster.transport.Transport;
import io.luciola.craq.NodeLease;

/** What the parts of one storage node share. */
final class NodeContext {

  final int nodeId;
  final StorageOptions options;
  final BufferPool buffers;
  final Transport transport;
  final ClusterView cluster;
  final RequestTable<WriteRequest> writes = new RequestTable<>(WriteRequest::new);
  final RequestTable<ReadRequest> reads = new RequestTable<>(ReadRequest::new);
  final RequestTable<RefillRequest> refills = new RequestTable<>(RefillRequest::new);

  /** Without end, as long as Mgmtd takes no replica out. */
  final NodeLease lease = new NodeLease();

  /** The routing table that the node acts by. */
  RoutingTable routing = RoutingTable.EMPTY;

  /** The time of this round of work. */
  long nowNs;

  /** Set when the node is being closed: nothing new is begun. */
  boolean closing;

  NodeContext(
      int nodeId,
      StorageOptions options,
      BufferPool buffers,
      Transport transport,
      ClusterView cluster) {
    this.nodeId = nodeId;
    this.options = options;
    this.buffers = buffers;
    this.transport = transport;
    this.cluster = cluster;
  }

  void release(WriteRequest request) {
    freeBuffer(request);
    writes.release(request);
  }

  void release(ReadRequest request) {
    freeBuffer(request);
    reads.release(request);
  }

  private void freeBuffer(Request request) {
    if (request.buffer != Request.NO_BUFFER) {
      buffers.release(request.buffer);
      request.buffer = Request.NO_BUFFER;
    }
  }
}
