package io.luciola.cluster.meta;

import static io.luciola.cluster.meta.MetaHarness.name;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.luciola.cluster.client.GrpcNamespace;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.config.MetaSettings;
import io.luciola.cluster.kv.EmbeddedOptions;
import io.luciola.cluster.kv.EmbeddedStore;
import io.luciola.cluster.kv.KeyValueStore;
import io.luciola.cluster.meta.proto.Caller;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Creates files over TCP on loopback with a durable store, checks that all are there after a
 * restart, and prints how many came in a second.
 */
@Tag("slow")
final class MetaThroughputTest {

  private static final int WARM_UP = 2000;
  private static final int FILES = 8000;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 32})
  void everyCreatedFileIsThereAfterARestart(int threads) throws Exception {
    try (KeyValueStore store = open();
        MetaService service = service(store)) {
      Server server =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .executor(Executors.newVirtualThreadPerTaskExecutor())
              .addService(service.grpc())
              .build()
              .start();
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
      try (GrpcNamespace ns = new GrpcNamespace(channel, new Random(1))) {
        create(ns, threads, "warm", WARM_UP);
        long startNs = System.nanoTime();
        create(ns, threads, "file", FILES);
        double seconds = (System.nanoTime() - startNs) / 1e9;
        System.out.printf("%d threads: %.0f creates/s%n", threads, FILES / seconds);
      } finally {
        channel.shutdownNow();
        server.shutdownNow().awaitTermination();
      }
    }
    try (KeyValueStore store = open()) {
      long inodes = store.run(InodeTable::count);
      assertEquals(1 + WARM_UP + FILES, inodes);
    }
  }

  private KeyValueStore open() throws Exception {
    return new EmbeddedStore(directory, EmbeddedOptions.DEFAULT, System::nanoTime, new Random(1));
  }

  private static MetaService service(KeyValueStore store) {
    return new MetaService(
        store,
        MetaOptions.DEFAULT,
        new SpaceChainAllocator(
            FixedSpace.of(1, 2, 3), () -> MetaSettings.DEFAULTS, System::nanoTime, 1),
        FixedSpace.of(1),
        (inode, layout, reachBytes) -> {},
        InstantSource.system(),
        System::nanoTime,
        new Random(1));
  }

  private static void create(Namespace ns, int threads, String prefix, int files) throws Exception {
    Caller caller = ns.caller(0, 0);
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int thread = t;
        running.add(
            executor.submit(
                () -> {
                  for (int i = thread; i < files; i += threads) {
                    ns.create(caller, Namespace.ROOT_INODE, name(prefix + i), 0600, true);
                  }
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
  }
}
