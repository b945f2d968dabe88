package io.luciola.cluster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.luciola.blockstore.linux.Errno;
import io.luciola.cluster.meta.proto.Empty;
import io.luciola.cluster.meta.proto.EntryRequest;
import io.luciola.cluster.meta.proto.InodeRequest;
import io.luciola.cluster.meta.proto.InodeResponse;
import io.luciola.cluster.meta.proto.KeepAliveRequest;
import io.luciola.cluster.meta.proto.MetaGrpc;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the client makes of the ways in which Meta can answer, or not. */
final class GrpcNamespaceTest {

  private static final ByteString NAME = ByteString.copyFromUtf8("f");

  private final ScriptedMeta meta = new ScriptedMeta();
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    String name = InProcessServerBuilder.generateName();
    server = InProcessServerBuilder.forName(name).addService(meta).build().start();
    channel = InProcessChannelBuilder.forName(name).build();
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow();
    server.shutdownNow().awaitTermination();
  }

  @Test
  void shouldRepeatUnderTheSameIdWhileMetaIsUnavailable() {
    meta.unavailableAnswers = 3;
    try (GrpcNamespace ns = client(10_000, 10_000)) {
      ns.unlink(ns.caller(7, 8), 1, NAME);
      assertEquals(4, meta.unlinks.size());
      assertEquals(1, meta.unlinks.stream().distinct().count());
      assertEquals(7, meta.unlinks.getFirst().getCaller().getUid());
      assertEquals(8, meta.unlinks.getFirst().getCaller().getGid());
      ns.unlink(ns.caller(7, 8), 1, NAME);
      assertNotEquals(
          meta.unlinks.getFirst().getCaller().getRequestId(),
          meta.unlinks.getLast().getCaller().getRequestId());
      assertEquals(
          meta.unlinks.getFirst().getCaller().getClientId(),
          meta.unlinks.getLast().getCaller().getClientId());
    }
  }

  @Test
  void shouldGiveUpWithEioAtTheDeadline() {
    meta.unavailableAnswers = Integer.MAX_VALUE;
    try (GrpcNamespace ns = client(100, 10_000)) {
      assertEquals(Errno.EIO, errno(() -> ns.unlink(ns.caller(1, 1), 1, NAME)));
      assertTrue(meta.unlinks.size() > 1);
    }
  }

  @Test
  void shouldGiveUpWithEioWhenMetaNeverAnswers() {
    try (GrpcNamespace ns = client(100, 10_000)) {
      assertEquals(Errno.EIO, errno(() -> ns.attributes(ScriptedMeta.SILENT_INODE)));
    }
  }

  @Test
  void shouldPassThePosixErrorOn() {
    try (GrpcNamespace ns = client(10_000, 10_000)) {
      PosixException refused = assertThrows(PosixException.class, () -> ns.attributes(2));
      assertEquals(Errno.ENOTEMPTY, refused.errno());
      assertTrue(refused.getMessage().contains("no attributes today"), refused.getMessage());
    }
  }

  @Test
  void shouldTellApartClients() {
    try (GrpcNamespace one = client(10_000, 10_000);
        GrpcNamespace other =
            new GrpcNamespace(channel, new Random(2), GrpcNamespace.Timing.DEFAULT)) {
      assertNotEquals(one.caller(0, 0).getClientId(), other.caller(0, 0).getClientId());
    }
  }

  @Test
  void shouldKeepAliveAndSayWhichAnswersItHas() throws Exception {
    try (GrpcNamespace ns = client(10_000, 1)) {
      long client = ns.caller(0, 0).getClientId();
      for (int i = 0; i < 3; i++) {
        ns.unlink(ns.caller(1, 1), 1, NAME);
      }
      long answered = 0;
      while (answered < 4) {
        KeepAliveRequest sign = meta.keepAlives.poll(10, TimeUnit.SECONDS);
        assertEquals(client, sign.getClientId());
        assertTrue(sign.getAnsweredBelow() >= answered, "went back");
        answered = sign.getAnsweredBelow();
      }
      assertEquals(4, answered);
    }
  }

  private GrpcNamespace client(long deadlineMs, long keepAliveMs) {
    return new GrpcNamespace(
        channel,
        new Random(1),
        new GrpcNamespace.Timing(Duration.ofMillis(deadlineMs), Duration.ofMillis(keepAliveMs)));
  }

  private static int errno(Runnable call) {
    return assertThrows(PosixException.class, call::run).errno();
  }

  /** A Meta that answers as told. */
  private static final class ScriptedMeta extends MetaGrpc.MetaImplBase {
    static final long SILENT_INODE = 3;

    final List<EntryRequest> unlinks = new CopyOnWriteArrayList<>();
    final LinkedBlockingQueue<KeepAliveRequest> keepAlives = new LinkedBlockingQueue<>();
    volatile int unavailableAnswers;

    @Override
    public void unlink(EntryRequest request, StreamObserver<Empty> observer) {
      unlinks.add(request);
      if (unlinks.size() <= unavailableAnswers) {
        observer.onError(Status.UNAVAILABLE.asRuntimeException());
      } else {
        observer.onNext(Empty.getDefaultInstance());
        observer.onCompleted();
      }
    }

    @Override
    public void getAttributes(InodeRequest request, StreamObserver<InodeResponse> observer) {
      if (request.getInode() == SILENT_INODE) {
        return;
      }
      Metadata trailers = new Metadata();
      trailers.put(
          Metadata.Key.of("luciola-errno", Metadata.ASCII_STRING_MARSHALLER),
          Integer.toString(Errno.ENOTEMPTY));
      observer.onError(
          Status.FAILED_PRECONDITION
              .withDescription("no attributes today")
              .asRuntimeException(trailers));
    }

    @Override
    public void keepAlive(KeepAliveRequest request, StreamObserver<Empty> observer) {
      keepAlives.add(request);
      observer.onNext(Empty.getDefaultInstance());
      observer.onCompleted();
    }
  }
}
