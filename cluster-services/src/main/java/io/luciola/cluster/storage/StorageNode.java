package io.luciola.cluster.storage;

import io.luciola.blockstore.agent.Agent;
import io.luciola.cluster.routing.RoutingTable;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A storage node: one agent that owns a listening socket, the connections to other nodes, its
 * disks' engines and the chain replicas on them.
 *
 * <p>All methods belong to the thread that drives it, except {@link #wakeUp()}, {@link #port()} and
 * {@link #usage()}, which any thread may call.
 */
public final class StorageNode implements Agent, AutoCloseable {

  /**
   * Binds the address; nothing is served before {@link #doWork()}.
   *
   * @param nodeId its number in the routing map
   * @param host the address to listen on; empty for every address
   * @param port the port, 0 for any free one
   * @param disks the node owns them from now on, and closes their engines
   * @param routing the newest routing table; asked often, must not block
   * @param nanoClock a clock that never goes back
   * @throws java.io.UncheckedIOException when the address cannot be bound
   */
  public StorageNode(
      int nodeId,
      String host,
      int port,
      List<Disk> disks,
      Supplier<RoutingTable> routing,
      StorageOptions options,
      LongSupplier nanoClock) {
    throw new UnsupportedOperationException();
  }

  /** The port that the data plane is served on. */
  public int port() {
    return 0;
  }

  /** The targets held, as of about a second ago. */
  public List<TargetUsage> usage() {
    return List.of();
  }

  @Override
  public int doWork() {
    return 0;
  }

  /** Sleeps until there is something to do, or something to look after. */
  public void idle() {}

  /** Ends the sleep of the owning thread. Any thread may call this. */
  public void wakeUp() {}

  @Override
  public String roleName() {
    return "storage";
  }

  /** Stops serving, makes all durable and closes the engines. */
  @Override
  public void close() {}
}
