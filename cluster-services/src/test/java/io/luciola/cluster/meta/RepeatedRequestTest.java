package io.luciola.cluster.meta;

import static io.luciola.cluster.meta.MetaHarness.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.meta.proto.Caller;
import io.luciola.cluster.meta.proto.EntryRequest;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.meta.proto.KeepAliveRequest;
import io.luciola.cluster.meta.proto.LinkRequest;
import io.luciola.cluster.meta.proto.MakeRequest;
import io.luciola.cluster.meta.proto.MetaGrpc;
import io.luciola.cluster.meta.proto.MetaGrpc.MetaBlockingStub;
import io.luciola.cluster.meta.proto.OpenRequest;
import io.luciola.cluster.meta.proto.RenameRequest;
import io.luciola.cluster.meta.proto.SymlinkRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A request that arrives twice takes effect once and answers the same. */
final class RepeatedRequestTest {

  private static final long ROOT = Namespace.ROOT_INODE;

  private MetaHarness meta;
  private MetaBlockingStub stub;
  private long lastRequestId;

  @BeforeEach
  void start() throws Exception {
    meta = new MetaHarness();
    stub = MetaGrpc.newBlockingStub(meta.channel());
  }

  @AfterEach
  void stop() {
    meta.close();
  }

  @Test
  void shouldAnswerARepeatAsTheFirstTime() {
    MakeRequest mkdir = make("d", FileType.DIRECTORY);
    Inode directory = stub.makeDirectory(mkdir).getInode();
    assertEquals(directory, stub.makeDirectory(mkdir).getInode());
    MakeRequest create = make("f", FileType.REGULAR);
    assertEquals(stub.create(create), stub.create(create));
    OpenRequest open =
        OpenRequest.newBuilder()
            .setCaller(caller())
            .setInode(stub.create(create).getInode().getId())
            .build();
    assertEquals(stub.open(open), stub.open(open));
    SymlinkRequest symlink =
        SymlinkRequest.newBuilder()
            .setCaller(caller())
            .setParent(ROOT)
            .setName(name("s"))
            .setTarget(name("t"))
            .build();
    assertEquals(stub.makeSymlink(symlink), stub.makeSymlink(symlink));
    LinkRequest link =
        LinkRequest.newBuilder()
            .setCaller(caller())
            .setInode(open.getInode())
            .setNewParent(ROOT)
            .setNewName(name("g"))
            .build();
    assertEquals(2, stub.link(link).getInode().getNlink());
    assertEquals(2, stub.link(link).getInode().getNlink());
    RenameRequest rename =
        RenameRequest.newBuilder()
            .setCaller(caller())
            .setParent(ROOT)
            .setName(name("g"))
            .setNewParent(ROOT)
            .setNewName(name("h"))
            .build();
    stub.rename(rename);
    stub.rename(rename);
    EntryRequest unlink = entry("h");
    stub.unlink(unlink);
    stub.unlink(unlink);
    EntryRequest rmdir = entry("d");
    stub.removeDirectory(rmdir);
    stub.removeDirectory(rmdir);
    assertEquals(directory, stub.makeDirectory(mkdir).getInode(), "still as the first time");
    assertThrows(StatusRuntimeException.class, () -> stub.lookup(entry("d")));
  }

  @Test
  void aRepeatedUnlinkDoesNotRemoveANewFileOfTheSameName() {
    stub.create(make("f", FileType.REGULAR));
    EntryRequest unlink = entry("f");
    stub.unlink(unlink);
    Inode fresh = stub.create(make("f", FileType.REGULAR)).getInode();
    stub.unlink(unlink);
    assertEquals(fresh, stub.lookup(entry("f")).getInode());
  }

  @Test
  void shouldRefuseTheIdOfAnotherOperation() {
    MakeRequest create = make("f", FileType.REGULAR);
    stub.create(create);
    StatusRuntimeException refused =
        assertThrows(
            StatusRuntimeException.class,
            () -> stub.unlink(entry("f").toBuilder().setCaller(create.getCaller()).build()));
    assertEquals(Status.Code.FAILED_PRECONDITION, refused.getStatus().getCode());
    assertTrue(refused.getMessage().contains("was used for CREATE"), refused.getMessage());
  }

  @Test
  void shouldTellClientsApart() {
    MakeRequest create = make("f", FileType.REGULAR);
    Inode inode = stub.create(create).getInode();
    MakeRequest other =
        create.toBuilder()
            .setCaller(create.getCaller().toBuilder().setClientId(6))
            .setExclusive(false)
            .build();
    assertNotEquals(stub.create(create).getSessionId(), stub.create(other).getSessionId());
    assertEquals(inode.getId(), stub.create(other).getInode().getId());
  }

  @Test
  void shouldTakeEffectOnceWhenRepeatsRunAtTheSameTime() throws Exception {
    for (int round = 0; round < 20; round++) {
      MakeRequest create = make("f" + round, FileType.REGULAR);
      ConcurrentLinkedQueue<Long> sessions = new ConcurrentLinkedQueue<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 4; i++) {
          threads.execute(() -> sessions.add(stub.create(create).getSessionId()));
        }
      }
      assertEquals(4, sessions.size());
      assertEquals(1, sessions.stream().distinct().count());
    }
  }

  @Test
  void shouldForgetAnswersThatTheClientHas() {
    MakeRequest first = make("a", FileType.DIRECTORY);
    MakeRequest second = make("b", FileType.DIRECTORY);
    stub.makeDirectory(first);
    stub.makeDirectory(second);
    stub.keepAlive(
        KeepAliveRequest.newBuilder()
            .setClientId(5)
            .setAnsweredBelow(second.getCaller().getRequestId())
            .build());
    assertEquals(1, answersOfClient5());
    stub.makeDirectory(second);
    assertThrows(StatusRuntimeException.class, () -> stub.makeDirectory(first));
  }

  @Test
  void shouldSweepOldAnswers() {
    for (int i = 0; i < 2500; i++) {
      stub.makeDirectory(make("d" + i, FileType.DIRECTORY));
    }
    AnswerLog answers =
        new AnswerLog(
            meta.store, new WallClock(() -> Instant.ofEpochMilli(meta.timeOfDayMs.get())));
    assertEquals(0, answers.sweep(Duration.ofMinutes(30)));
    meta.timeOfDayMs.addAndGet(Duration.ofMinutes(31).toMillis());
    stub.makeDirectory(make("young", FileType.DIRECTORY));
    assertEquals(2500, answers.sweep(Duration.ofMinutes(30)));
    assertEquals(1, answersOfClient5());
  }

  private long answersOfClient5() {
    MetaKeys.Range range = MetaKeys.answers();
    return meta.store.run(
        tx ->
            tx.getRange(range.begin(), range.end(), Integer.MAX_VALUE, false).stream()
                .filter(pair -> MetaKeys.number(pair.key(), 0) == 5)
                .count());
  }

  private Caller caller() {
    return Caller.newBuilder().setClientId(5).setRequestId(++lastRequestId).build();
  }

  private MakeRequest make(String name, FileType type) {
    return MakeRequest.newBuilder()
        .setCaller(caller())
        .setParent(ROOT)
        .setName(name(name))
        .setType(type)
        .setExclusive(true)
        .setOpenSession(true)
        .build();
  }

  private EntryRequest entry(String name) {
    return EntryRequest.newBuilder()
        .setCaller(caller())
        .setParent(ROOT)
        .setName(name(name))
        .build();
  }
}
