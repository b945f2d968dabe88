package io.luciola.cluster.service;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.luciola.cluster.config.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A gRPC server whose calls run on virtual threads, so that they may block. */
public final class ControlServer implements AutoCloseable {

  private static final long CLOSE_TIMEOUT_MS = 2_000;
  private static final int MAX_MESSAGE_BYTES = 64 << 20;
  private static final int KEEP_ALIVE_SECONDS = 1;

  private final HostPort address;
  private final Server server;
  private final CallThreads threads;

  private ControlServer(HostPort address, Server server, CallThreads threads) {
    this.address = address;
    this.server = server;
    this.threads = threads;
  }

  /**
   * Binds and serves.
   *
   * @throws IOException naming the address when it cannot be bound
   */
  public static ControlServer start(HostPort listen, BindableService service) throws IOException {
    return start(listen, service, builder -> {});
  }

  /**
   * Binds and serves.
   *
   * @param extras adds to the server what the service wants besides
   * @throws IOException naming the address when it cannot be bound
   */
  public static ControlServer start(
      HostPort listen, BindableService service, Consumer<ServerBuilder<?>> extras)
      throws IOException {
    CallThreads threads = new CallThreads();
    try {
      NettyServerBuilder builder =
          NettyServerBuilder.forAddress(new InetSocketAddress(listen.host(), listen.port()))
              .executor(threads)
              .maxInboundMessageSize(MAX_MESSAGE_BYTES)
              .permitKeepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
              .addService(service);
      extras.accept(builder);
      Server server = builder.build().start();
      return new ControlServer(listen.withPort(server.getPort()), server, threads);
    } catch (IOException failure) {
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
    threads.interruptAll();
    try {
      if (!server.awaitTermination(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  /**
   * A virtual thread for each task. Unlike an executor that is shut down it never refuses gRPC's
   * own last tasks.
   */
  private static final class CallThreads implements Executor {

    private final Set<Thread> running = ConcurrentHashMap.newKeySet();

    @Override
    public void execute(Runnable task) {
      Thread.ofVirtual()
          .name("control-call")
          .start(
              () -> {
                running.add(Thread.currentThread());
                try {
                  task.run();
                } finally {
                  running.remove(Thread.currentThread());
                }
              });
    }

    /** Ends calls that wait, such as long polls. */
    void interruptAll() {
      running.forEach(Thread::interrupt);
    }
  }
}
