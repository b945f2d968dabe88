package io.luciola.cluster.client;

import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.routing.RoutingTable;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The data path over TCP: to the head of a chain for writes, to any serving replica for reads. */
public final class ChainDataPath implements DataPath {

  /**
   * A data path without connections; they are made when needed.
   *
   * @param routing the newest routing table; asked often, must not block
   * @param refreshHint called when the table seems to be out of date; must not block
   * @param clientId never used by another data path, not even one of an earlier process
   * @param nanoClock a clock that never goes back
   * @param random for the choice of replicas and the spread of retries
   */
  public ChainDataPath(
      Supplier<RoutingTable> routing,
      Runnable refreshHint,
      DataPathOptions options,
      long clientId,
      LongSupplier nanoClock,
      RandomGenerator random) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int read(
      FileLayout layout, long inode, long offsetBytes, int lengthBytes, long address, long tag) {
    return BACK_PRESSURE;
  }

  @Override
  public int write(
      FileLayout layout, long inode, long offsetBytes, int lengthBytes, long address, long tag) {
    return BACK_PRESSURE;
  }

  @Override
  public int cut(
      FileLayout layout, long inode, long oldLengthBytes, long newLengthBytes, long tag) {
    return BACK_PRESSURE;
  }

  @Override
  public int poll(Completion completion) {
    return 0;
  }

  @Override
  public int await(Completion completion, long timeoutNs) {
    return 0;
  }

  @Override
  public int inFlight() {
    return 0;
  }

  @Override
  public int readNow(
      FileLayout layout, long inode, long offsetBytes, int lengthBytes, long address) {
    return -1;
  }

  @Override
  public int writeNow(
      FileLayout layout, long inode, long offsetBytes, int lengthBytes, long address) {
    return -1;
  }

  @Override
  public int cutNow(FileLayout layout, long inode, long oldLengthBytes, long newLengthBytes) {
    return -1;
  }

  @Override
  public void close() {}
}
