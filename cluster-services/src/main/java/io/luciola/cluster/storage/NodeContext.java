package io.luciola.cluster.storage;

import io.luciola.blockstore.memory.BufferPool;
import io.luciola.cluster.routing.RoutingTable;
import io.luciola.cluster.transport.Transport;
import io.luciola.craq.NodeLease;
import io.luciola.craq.RefillPace;

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

  final RefillTotals refillTotals = new RefillTotals();
  final RepairTotals repairTotals = new RepairTotals();

  /** How fast refills of other nodes' targets may go. */
  final RefillPace pace = new RefillPace();

  /** Most bytes per second of each of them. */
  long refillBytesPerSecond;

  /** Bytes of buffers that such refills hold. */
  private long refillBytes;

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
    this.refillBytesPerSecond = options.replica().refillBytesPerSecond();
  }

  /** Whether a refill may take a buffer: all refills together have a quarter of them. */
  boolean hasRoomForRefill(int lengthBytes) {
    return refillBytes == 0 || refillBytes + lengthBytes <= buffers.capacityBytes() / 4;
  }

  /** The request's buffer is a refill's. */
  void countRefill(WriteRequest request, int lengthBytes) {
    request.refillBytes = lengthBytes;
    refillBytes += lengthBytes;
  }

  void release(WriteRequest request) {
    refillBytes -= request.refillBytes;
    if (request.side != Request.NO_BUFFER) {
      buffers.release(request.side);
      request.side = Request.NO_BUFFER;
    }
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
