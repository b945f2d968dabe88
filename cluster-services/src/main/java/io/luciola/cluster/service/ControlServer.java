package io.luciola.cluster.service;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.luciola.cluster.config.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A gRPC server whose calls run on virtual threads, so that they may block. */
public final class ControlServer implements AutoCloseable {

  private static final long CLOSE_TIMEOUT_MS = 2_000;

  private final HostPort address;
  private final Server server;
  private final ExecutorService executor;

  private ControlServer(HostPort address, Server server, ExecutorService executor) {
    this.address = address;
    this.server = server;
    this.executor = executor;
  }

  /**
   * Binds and serves.
   *
   * @throws IOException naming the address when it cannot be bound
   */
  public static ControlServer start(HostPort listen, BindableService service) throws IOException {
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    try {
      Server server =
          NettyServerBuilder.forAddress(new InetSocketAddress(listen.host(), listen.port()))
              .executor(executor)
              .addService(service)
              .build()
              .start();
      return new ControlServer(listen.withPort(server.getPort()), server, executor);
    } catch (IOException failure) {
      executor.shutdownNow();
      Throwable reason = failure.getCause() == null ? failure : failure.getCause();
      throw new IOException("cannot listen on " + listen + ": " + reason.getMessage(), failure);
    }
  }

  /** Where it listens, with the real port. */
  public HostPort address() {
    return address;
  }

  /** Stops taking calls, gives those under way a moment, then cuts them. */
  @Override
  public void close() {
    server.shutdown();
    // Waiting calls (long polls) end by interrupt.
    executor.shutdownNow();
    try {
      if (!server.awaitTermination(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
