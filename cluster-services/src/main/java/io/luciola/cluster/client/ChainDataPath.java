package io.luciola.cluster.client;

import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.Operation.Kind;
import io.luciola.cluster.routing.RoutingTable;
import io.luciola.cluster.transport.EventPoll;
import io.luciola.cluster.transport.TcpTransport;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The data path over TCP: to the head of a chain for writes, to any serving replica for reads.
 *
 * <p>An update is numbered by client, channel and sequence, so that a repeat after a lost answer is
 * not done twice; only where a restarted head cannot tell any more, because another writer has come
 * since, is the write done anew. Allocates nothing per request once warm.
 */
public final class ChainDataPath implements DataPath {

  private final DataPathOptions options;
  private final LongSupplier clock;
  private final EventPoll poll = new EventPoll();
  private final TcpTransport transport;
  private final PieceDispatcher dispatcher;
  private final OperationQueue operations;
  private final BlockingResult blocking = new BlockingResult();
  private boolean closed;

  /**
   * A data path without connections; they are made when needed.
   *
   * @param routing the newest routing table; asked often, must not block
   * @param suspects told of nodes that could not be reached; must not block
   * @param clientId never used by another data path, not even one of an earlier process
   * @param nanoClock a clock that never goes back
   * @param random for the choice of replicas and the spread of retries
   */
  public ChainDataPath(
      Supplier<RoutingTable> routing,
      IntConsumer suspects,
      DataPathOptions options,
      long clientId,
      LongSupplier nanoClock,
      RandomGenerator random) {
    this.options = options;
    this.clock = nanoClock;
    transport = new TcpTransport(poll, options.tcp());
    operations = new OperationQueue(options.maxOperations());
    dispatcher =
        new PieceDispatcher(
            transport, routing, suspects, options, clientId, random, this::onPieceDone);
  }

  @Override
  public int read(
      FileLayout layout,
      long inode,
      long offsetBytes,
      int lengthBytes,
      long address,
      long tag,
      ReadMode mode) {
    return transfer(Kind.READ, layout, inode, offsetBytes, lengthBytes, address, tag, mode);
  }

  @Override
  public int write(
      FileLayout layout, long inode, long offsetBytes, int lengthBytes, long address, long tag) {
    return transfer(
        Kind.WRITE, layout, inode, offsetBytes, lengthBytes, address, tag, ReadMode.LINEARIZABLE);
  }

  @Override
  public int cut(
      FileLayout layout, long inode, long oldLengthBytes, long newLengthBytes, long tag) {
    if (newLengthBytes < 0 || oldLengthBytes < 0) {
      throw new IllegalArgumentException("a file length is not negative");
    }
    Operation operation = begin(Kind.CUT, layout, inode, tag);
    if (operation == null) {
      return BACK_PRESSURE;
    }
    operation.startCut(oldLengthBytes, newLengthBytes);
    return submit(operation);
  }

  private int transfer(
      Kind kind,
      FileLayout layout,
      long inode,
      long offsetBytes,
      int lengthBytes,
      long address,
      long tag,
      ReadMode mode) {
    if (offsetBytes < 0 || lengthBytes < 0) {
      throw new IllegalArgumentException(
          "offset and length are not negative: " + offsetBytes + ", " + lengthBytes);
    }
    long endBytes = offsetBytes + lengthBytes;
    long coveredEndBytes = Math.min(endBytes, layout.endBytes());
    if (kind == Kind.WRITE && coveredEndBytes < endBytes) {
      throw new IllegalArgumentException(
          "a write up to offset " + endBytes + " of a file whose layout is " + layout);
    }
    Operation operation = begin(kind, layout, inode, tag);
    if (operation == null) {
      return BACK_PRESSURE;
    }
    if (coveredEndBytes < endBytes) {
      long holeBytes = Math.min(lengthBytes, endBytes - coveredEndBytes);
      Memory.fill(address + lengthBytes - holeBytes, holeBytes, (byte) 0);
    }
    operation.mode = mode;
    operation.startTransfer(
        offsetBytes, lengthBytes, coveredEndBytes, address, options.maxPieceBytes());
    return submit(operation);
  }

  private Operation begin(Kind kind, FileLayout layout, long inode, long tag) {
    if (closed) {
      throw new IllegalStateException("the data path is closed");
    }
    Operation operation = operations.acquire();
    if (operation != null) {
      long nowNs = clock.getAsLong();
      dispatcher.setNow(nowNs);
      operation.kind = kind;
      operation.layout = layout;
      operation.inode = inode;
      operation.tag = tag;
      operation.deadlineNs = nowNs + options.deadlineNs();
      operation.error = 0;
      operation.piecesInFlight = 0;
    }
    return operation;
  }

  private int submit(Operation operation) {
    operations.enqueue(operation);
    startPieces();
    return ACCEPTED;
  }

  private void startPieces() {
    Operation operation = operations.first();
    while (operation != null) {
      while (operation.hasMore() && dispatcher.hasRoom()) {
        dispatcher.start(operation);
      }
      if (operation.hasMore()) {
        return;
      }
      // Wholly started, or without anything to do.
      operations.removeFirst();
      operation.started = true;
      if (operation.isOver()) {
        operations.complete(operation);
      }
      operation = operations.first();
    }
  }

  private void onPieceDone(Operation operation) {
    if (operation.started && operation.isOver()) {
      operations.complete(operation);
    }
  }

  @Override
  public int poll(Completion completion) {
    dispatcher.setNow(clock.getAsLong());
    poll.poll();
    dispatcher.onTime();
    startPieces();
    transport.flush();
    return operations.deliver(completion);
  }

  @Override
  public int await(Completion completion, long timeoutNs) {
    long startNs = clock.getAsLong();
    while (true) {
      int delivered = poll(completion);
      long leftNs = timeoutNs - (clock.getAsLong() - startNs);
      if (delivered > 0 || leftNs <= 0) {
        return delivered;
      }
      long sleepNs = dispatcher.inFlight() > 0 ? dispatcher.sleepNs() : leftNs;
      poll.sleep(Math.min(leftNs, sleepNs));
    }
  }

  @Override
  public int inFlight() {
    return operations.inFlight();
  }

  @Override
  public int readNow(
      FileLayout layout, long inode, long offsetBytes, int lengthBytes, long address) {
    requireIdle();
    return result(read(layout, inode, offsetBytes, lengthBytes, address, 0, ReadMode.LINEARIZABLE));
  }

  @Override
  public int writeNow(
      FileLayout layout, long inode, long offsetBytes, int lengthBytes, long address) {
    requireIdle();
    return result(write(layout, inode, offsetBytes, lengthBytes, address, 0));
  }

  @Override
  public int cutNow(FileLayout layout, long inode, long oldLengthBytes, long newLengthBytes) {
    requireIdle();
    return result(cut(layout, inode, oldLengthBytes, newLengthBytes, 0));
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      dispatcher.close();
      transport.close();
      poll.close();
    }
  }

  private void requireIdle() {
    if (inFlight() > 0) {
      throw new IllegalStateException(
          "blocking calls are for a data path on which nothing is in flight");
    }
  }

  private int result(int accepted) {
    if (accepted != ACCEPTED) {
      throw new IllegalStateException("an idle data path refused a request");
    }
    int delivered = 0;
    while (delivered == 0) {
      delivered = await(blocking, options.deadlineNs());
    }
    return blocking.result;
  }

  /** Keeps the one result that can come. */
  private static final class BlockingResult implements Completion {
    private int result;

    @Override
    public void onCompletion(long tag, int value) {
      result = value;
    }
  }
}
