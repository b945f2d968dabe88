package io.luciola.cluster.meta;

import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.GrpcNamespace;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.config.MetaSettings;
import io.luciola.cluster.kv.EmbeddedOptions;
import io.luciola.cluster.kv.EmbeddedStore;
import io.luciola.cluster.kv.KeyValueStore;
import io.luciola.cluster.kv.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.function.Executable;

/** A Meta server with a client, in one process, over a store of the test's choice. */
public final class MetaHarness implements AutoCloseable {

  /** Background threads that run once at the start and then no more: the test does their work. */
  static final MetaOptions QUIET =
      new MetaOptions(
          Duration.ofSeconds(60), Duration.ofMinutes(30), Duration.ofHours(1), Duration.ofHours(1));

  public final ManualClock clock = new ManualClock();
  public final KeyValueStore store;
  public final Namespace namespace;
  final Map<Long, Long> removedChunks = new ConcurrentHashMap<>();
  final AtomicBoolean removerFails = new AtomicBoolean();

  private static final long BEGINS_AT_THE_FIRST_SLOT = 0x6666666666666666L;

  /** A segment that is to hold more finds no chain. */
  final AtomicLong roomBytes = new AtomicLong(Long.MAX_VALUE);

  final AtomicLong timeOfDayMs = new AtomicLong(1_700_000_000_000L);
  private final MetaService service;
  private final Server server;
  private final ManagedChannel channel;
  private final List<GrpcNamespace> clients = new ArrayList<>();

  /** In memory. */
  public MetaHarness() throws IOException {
    this(
        EmbeddedStore.inMemory(EmbeddedOptions.DEFAULT, System::nanoTime, new Random(1)), QUIET, 1);
  }

  MetaHarness(KeyValueStore store, MetaOptions options, long seed) throws IOException {
    this.store = store;
    this.service =
        new MetaService(
            store,
            options,
            new BoundedAllocator(),
            FixedSpace.ofOne(1, 1000, 400),
            this::removeChunks,
            () -> Instant.ofEpochMilli(timeOfDayMs.incrementAndGet()),
            clock,
            new Random(seed));
    String name = InProcessServerBuilder.generateName();
    this.server =
        InProcessServerBuilder.forName(name)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .addService(service.grpc())
            .build()
            .start();
    this.channel = InProcessChannelBuilder.forName(name).build();
    this.namespace = newClient(seed + 1);
  }

  Namespace newClient(long seed) {
    GrpcNamespace client = new GrpcNamespace(channel, new Random(seed));
    clients.add(client);
    return client;
  }

  ManagedChannel channel() {
    return channel;
  }

  GarbageCollector garbageCollector() {
    return new GarbageCollector(store, this::removeChunks);
  }

  private void removeChunks(long inode, FileLayout layout, long reachBytes) throws IOException {
    if (removerFails.get()) {
      throw new IOException("made to fail");
    }
    removedChunks.put(inode, reachBytes);
  }

  /** The errno a call ends with, 0 when it succeeds. */
  static int errno(Runnable call) {
    try {
      call.run();
      return 0;
    } catch (PosixException e) {
      return e.errno();
    }
  }

  static int failure(Executable call) {
    return assertThrows(PosixException.class, call).errno();
  }

  static ByteString name(String text) {
    return ByteString.copyFromUtf8(text);
  }

  @Override
  public void close() {
    clients.forEach(GrpcNamespace::close);
    channel.shutdownNow();
    try {
      server.shutdownNow().awaitTermination();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      service.close();
      store.close();
    }
  }

  /** Over three chains, two for each file, with as much room as the test says. */
  private final class BoundedAllocator implements ChainAllocator {

    private final ChainAllocator chains =
        new SpaceChainAllocator(
            FixedSpace.of(101, 102, 103),
            () -> new MetaSettings(null, 2, null),
            System::nanoTime,
            BEGINS_AT_THE_FIRST_SLOT);

    @Override
    public LayoutDefaults defaults() {
      return chains.defaults();
    }

    @Override
    public int count() {
      return chains.count();
    }

    @Override
    public int[] chains(int count, int[] recent, long shareBytes, long roomBytes) {
      return roomBytes > MetaHarness.this.roomBytes.get()
          ? new int[0]
          : chains.chains(count, recent, shareBytes, roomBytes);
    }
  }
}
