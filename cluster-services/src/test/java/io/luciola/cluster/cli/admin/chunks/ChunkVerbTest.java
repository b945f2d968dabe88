package io.luciola.cluster.cli.admin.chunks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.ChunkId;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.admin.AdminCluster;
import io.luciola.cluster.cli.admin.AdminCluster.Outcome;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.LayoutMessages;
import io.luciola.cluster.client.LuciolaClient;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.client.TargetProbe;
import io.luciola.cluster.meta.MetaServer;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.routing.ChainRoute;
import io.luciola.cluster.routing.NodeAddress;
import io.luciola.cluster.routing.RoutingTable;
import io.luciola.cluster.wire.FrameHeader;
import io.luciola.cluster.wire.Opcode;
import io.luciola.cluster.wire.ReplyFrame;
import io.luciola.cluster.wire.RequestFrame;
import io.luciola.craq.ReplicaStatus;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Mgmtd, Meta and storage nodes in this process; two chains over three nodes. */
class ChunkVerbTest {

  private static final int CHUNK_BYTES = 64 << 10;
  private static final int FILE_BYTES = 5 * CHUNK_BYTES - 1000;
  private static final long NO_INODE = 0x1234_5678_9ABCL;

  @TempDir Path directory;
  private AdminCluster cluster;
  private MetaServer meta;
  private LuciolaClient client;
  private DataPath data;
  private Inode file;
  private long content;

  @BeforeEach
  void start() throws Exception {
    content = Memory.allocate(FILE_BYTES);
    Memory.fill(content, FILE_BYTES, (byte) 7);
    cluster = new AdminCluster(directory);
    meta = cluster.startMeta("64KiB");
    client = cluster.connect();
    data = client.openDataPath();
    file = writeFile("file");
  }

  private Inode writeFile(String name) {
    Inode made = AdminCluster.create(client, name);
    Inode grown = client.namespace().growLayout(made.getId(), 4);
    assertEquals(FILE_BYTES, data.writeNow(layout(grown), made.getId(), 0, FILE_BYTES, content));
    return grown;
  }

  private static FileLayout layout(Inode inode) {
    return LayoutMessages.layoutOf(inode);
  }

  @AfterEach
  void stop() {
    data.close();
    client.close();
    meta.close();
    cluster.close();
    Memory.free(content, FILE_BYTES);
  }

  private Outcome admin(String verb, Object... arguments) {
    return cluster.admin(verb, Stream.of(arguments).map(Object::toString).toArray(String[]::new));
  }

  /** The chain of a chunk of the file. */
  private ChainRoute chainOf(int index) {
    return client.routing().route(layout(file).chainOf(index));
  }

  @Test
  void theChunksOfATargetAreListedWithTheirVersionsAndWriters() {
    ChainRoute chain = chainOf(0);
    int expected = 0;
    for (int index = 0; index < 5; index++) {
      expected += layout(file).chainOf(index) == chain.chain().id() ? 1 : 0;
    }
    long target = chain.target(1);
    Outcome table = admin("dump-chunkmeta", target);
    assertEquals(0, table.exitCode(), table.err());
    assertEquals(expected + 1, table.out().lines().count(), table.out());
    JsonNode all = admin("dump-chunkmeta", target, "--output", "json").json();
    assertEquals(expected, all.size());
    for (JsonNode chunk : all) {
      assertEquals(file.getId(), chunk.get("inode").asLong());
      assertTrue(chunk.get("committed_version").asLong() > 0, chunk.toString());
      assertEquals(0, chunk.get("pending_version").asLong());
      assertEquals(
          chunk.get("index").asInt() == 4 ? CHUNK_BYTES - 1000 : CHUNK_BYTES,
          chunk.get("length_bytes").asInt());
      assertEquals(CHUNK_BYTES, chunk.get("capacity_bytes").asInt());
      assertEquals(16, chunk.get("digest").asText().length());
      assertTrue(chunk.get("sequence").asLong() > 0);
    }
    assertEquals(
        1, admin("dump-chunkmeta", target, "--limit", 1, "--output", "json").json().size());
  }

  @Test
  void aTargetOfMoreChunksThanAnAnswerHoldsIsListedWhole() {
    FileLayout oneChain = FileLayout.whole(4096, new int[] {chainOf(0).chain().id()});
    int chunks = 300;
    Memory.fill(content, FILE_BYTES, (byte) 1);
    for (int index = 0; index < chunks; index++) {
      assertEquals(100, data.writeNow(oneChain, NO_INODE, 4096L * index, 100, content));
    }
    JsonNode all = admin("dump-chunkmeta", chainOf(0).target(0), "--output", "json").json();
    assertEquals(
        chunks,
        all.findValuesAsText("inode").stream().filter(id -> id.equals("" + NO_INODE)).count());
    assertEquals(
        all.size(), all.findValuesAsText("chunk").stream().distinct().count(), "each one once");
  }

  @Test
  void whatCannotBeListedIsSaidInOneLine() {
    assertFails(admin("dump-chunkmeta", 99999), "there is no target 99999");
    assertEquals(CommandFailure.USAGE, admin("dump-chunkmeta", "first").exitCode());
    assertEquals(CommandFailure.USAGE, admin("dump-chunkmeta", 1, "--limit", 0).exitCode());
    long target = client.routing().targetsOn(2).getFirst().targetId();
    cluster.stopNode(2);
    assertFails(admin("dump-chunkmeta", target), "node 2 (127.0.0.1:");
  }

  private static void assertFails(Outcome outcome, String message) {
    assertEquals(CommandFailure.FAILED, outcome.exitCode(), outcome.out());
    assertEquals("", outcome.out());
    assertTrue(outcome.err().contains(message), outcome.err());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
  }

  @Test
  void aChunkIsFoundOnAllReplicasOfTheChainThatMetaNames() {
    Outcome page = admin("query-chunk", file.getId(), 1);
    assertEquals(0, page.exitCode(), page.out() + page.err());
    int chain = chainOf(1).chain().id();
    String heading = "chunk " + file.getId() + ":1, chain " + chain + ": the replicas that answer";
    assertTrue(page.out().startsWith(heading), page.out());
    assertEquals(5, page.out().lines().count(), page.out());
    JsonNode place =
        admin("query-chunk", file.getId(), 1, "--output", "json").json().get("chains").get(0);
    assertEquals("SAME", place.get("verdict").asText());
    assertEquals(chain, place.get("chain").asInt());
    assertEquals(3, place.get("replicas").size());
    assertEquals("SERVING", place.get("replicas").get(2).get("state").asText());
    assertEquals(CHUNK_BYTES, place.get("replicas").get(2).get("length_bytes").asInt());
    Outcome hole = admin("query-chunk", notWritten(), 1);
    assertEquals(CommandFailure.FAILED, hole.exitCode());
    assertTrue(hole.out().contains("no replica has it"), hole.out());
    assertFails(
        admin("query-chunk", file.getId(), 77),
        "the layout of inode " + file.getId() + " does not reach chunk 77: it is a hole");
    assertFails(admin("query-chunk", NO_INODE, 0), "Meta does not know inode " + NO_INODE);
    assertFails(admin("query-chunk", file.getId(), 0, "--chain", 777), "there is no chain 777");
    assertEquals(CommandFailure.USAGE, admin("query-chunk", file.getId()).exitCode());
    assertEquals(CommandFailure.USAGE, admin("query-chunk", file.getId(), -1).exitCode());
  }

  /** A file whose layout reaches chunk 1. */
  private long notWritten() {
    long inode = AdminCluster.create(client, "empty").getId();
    client.namespace().growLayout(inode, 1);
    return inode;
  }

  @Test
  void aChunkOfAFileThatMetaDoesNotKnowIsFoundAllTheSame() {
    writeOrphan();
    Outcome found = admin("query-chunk", NO_INODE, 0, "--output", "json");
    assertEquals(0, found.exitCode(), found.out());
    assertEquals(1, found.json().get("chains").size());
    assertEquals(chainOf(0).chain().id(), found.json().get("chains").get(0).get("chain").asInt());
  }

  private void writeOrphan() {
    FileLayout oneChain = FileLayout.whole(CHUNK_BYTES, new int[] {chainOf(0).chain().id()});
    assertEquals(500, data.writeNow(oneChain, NO_INODE, 0, 500, content));
  }

  @Test
  void replicasThatHaveTheSameAreWell() {
    Outcome one = admin("checksum", chainOf(0).chain().id());
    assertEquals(0, one.exitCode(), one.out());
    assertEquals(2, one.out().lines().count(), one.out());
    JsonNode all = admin("checksum", "--all", "--read", "--output", "json").json();
    assertEquals(2, all.size());
    int chunks = 0;
    for (JsonNode report : all) {
      assertEquals(3, report.get("replicas").asInt());
      assertEquals(report.get("chunks"), report.get("read"));
      assertEquals(0, report.get("differences").size());
      chunks += report.get("chunks").asInt();
    }
    assertEquals(5, chunks);
    assertEquals(CommandFailure.USAGE, admin("checksum").exitCode());
    assertEquals(CommandFailure.USAGE, admin("checksum", 1, "--all").exitCode());
    assertFails(admin("checksum", 777), "there is no chain 777");
  }

  @Test
  void aReplicaThatHasSomethingElseIsNamed() throws IOException {
    ChainRoute chain = chainOf(2);
    long tail = chain.target(2);
    cutAt(chain, 2, 1000);
    Outcome page = admin("checksum", chain.chain().id(), "--read");
    assertEquals(CommandFailure.FAILED, page.exitCode(), page.out());
    assertTrue(page.out().contains("chunk " + file.getId() + ":2:"), page.out());
    assertEquals(2, page.out().split("  differs", -1).length - 1, page.out());
    JsonNode difference =
        admin("checksum", "--all", "--output", "json").json().findValues("differences").stream()
            .filter(each -> !each.isEmpty())
            .findFirst()
            .orElseThrow()
            .get(0);
    assertEquals(file.getId() + ":2", difference.get("chunk").asText());
    Outcome chunk = admin("query-chunk", file.getId(), 2, "--output", "json");
    assertEquals(CommandFailure.FAILED, chunk.exitCode());
    JsonNode replicas = chunk.json().get("chains").get(0).get("replicas");
    assertEquals(tail, replicas.get(2).get("target").asLong());
    assertEquals(1000, replicas.get(2).get("length_bytes").asInt());
    assertFalse(replicas.get(2).get("differs").asBoolean());
    assertTrue(replicas.get(0).get("differs").asBoolean());
    assertTrue(admin("query-chunk", file.getId(), 2).out().contains("REPLICAS DIFFER"));
  }

  /** Shortens a chunk of the file at the tail alone, as if the replica before it had sent that. */
  private void cutAt(ChainRoute chain, int index, int lengthBytes) throws IOException {
    RoutingTable routing = client.routing();
    long tail = chain.target(2);
    ChunkStat before;
    try (TargetProbe probe = new TargetProbe(Duration.ofSeconds(5))) {
      before = probe.find(routing, tail, ChunkId.hi(file.getId()), ChunkId.lo(file.getId(), index));
    }
    RequestFrame frame = new RequestFrame();
    long header = Memory.allocate(4096);
    NodeAddress node = routing.node(chain.node(2));
    try (Socket socket = new Socket(node.host(), node.port())) {
      frame.wrap(header);
      frame
          .begin(Opcode.UPDATE, 1, 0)
          .chain(chain.chain().id(), chain.version())
          .targetId(tail)
          .chunk(before.chunkHi, before.chunkLo)
          .kind(ChunkUpdate.TRUNCATE)
          .range(lengthBytes, 0)
          .version(before.committedVersion + 1)
          .capacityBytes(before.capacityBytes)
          .writer(4711, 0, 1)
          .base(before.committedDigest, before.committedLengthBytes)
          .senderNode(chain.node(1))
          .seal();
      byte[] bytes = new byte[FrameHeader.REQUEST_BYTES];
      Memory.get(header, bytes, 0, bytes.length);
      socket.getOutputStream().write(bytes);
      byte[] answer = socket.getInputStream().readNBytes(FrameHeader.REPLY_BYTES);
      Memory.put(header, answer, 0, answer.length);
      ReplyFrame reply = new ReplyFrame();
      reply.wrap(header);
      assertEquals("OK", ReplicaStatus.name(reply.status()));
    } finally {
      Memory.free(header, 4096);
    }
  }

  @Test
  void whatIsBeingWrittenIsNotTakenForADifference() throws Exception {
    AtomicInteger writes = new AtomicInteger();
    whileDoing(
        own -> {
          int bytes = 3 * CHUNK_BYTES;
          assertEquals(bytes, own.writeNow(layout(file), file.getId(), 0, bytes, content));
          writes.incrementAndGet();
        },
        () -> {
          for (int i = 0; i < 2; i++) {
            int before = writes.get();
            Outcome all = admin("checksum", "--all", "--read");
            assertEquals(0, all.exitCode(), all.out() + all.err());
            assertTrue(writes.get() > before, "nothing was written meanwhile");
          }
        });
  }

  /** Does something again and again on a thread of its own, with a data path of its own. */
  private void whileDoing(Consumer<DataPath> step, Runnable meanwhile) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<?> doing =
          thread.submit(
              () -> {
                try (DataPath own = client.openDataPath()) {
                  while (!over.get()) {
                    step.accept(own);
                  }
                }
              });
      try {
        meanwhile.run();
      } finally {
        over.set(true);
      }
      doing.get();
    }
  }

  @Test
  void aNodeThatIsGoneLeavesTheOthersToBeCompared() {
    cluster.stopNode(2);
    // Before Mgmtd takes it out, or after: the chain that is left is compared in both cases.
    Outcome all = admin("checksum", "--all", "--output", "json");
    for (JsonNode report : all.json()) {
      assertEquals(0, report.get("differences").size(), all.out());
      assertTrue(report.get("chunks").asInt() > 0, all.out());
    }
  }

  @Test
  void chunksThatBelongToNoFileAreFoundAndOthersAreNot() {
    Outcome none = admin("find-orphaned-chunks");
    assertEquals(0, none.exitCode(), none.out() + none.err());
    assertTrue(
        none.out().startsWith("6 targets with 15 chunks looked through, 0 orphaned"), none.out());
    writeOrphan();
    Outcome page = admin("find-orphaned-chunks");
    assertEquals(CommandFailure.FAILED, page.exitCode());
    assertTrue(page.out().contains("Meta does not know the inode"), page.out());
    JsonNode report = admin("find-orphaned-chunks", "--output", "json").json();
    assertEquals(18, report.get("chunks").asInt());
    assertEquals(3, report.get("orphans").size());
    JsonNode orphan = report.get("orphans").get(0);
    assertEquals(NO_INODE + ":0", orphan.get("chunk").asText());
    assertEquals(500, orphan.get("length_bytes").asInt());
    assertEquals("SERVING", orphan.get("state").asText());
  }

  @Test
  void aChunkOnAChainThatTheLayoutDoesNotUseIsFound() {
    int wrong = layout(file).chainOf(1);
    FileLayout other = FileLayout.whole(CHUNK_BYTES, new int[] {wrong});
    assertEquals(10, data.writeNow(other, file.getId(), 0, 10, content));
    JsonNode report = admin("find-orphaned-chunks", "--output", "json").json();
    assertEquals(3, report.get("orphans").size(), report.toString());
    assertEquals(
        "the file has this chunk on chain " + layout(file).chainOf(0),
        report.get("orphans").get(0).get("reason").asText());
  }

  @Test
  void aChunkBehindTheLayoutIsFound() {
    FileLayout longer = layout(file).with(1000, new int[] {chainOf(0).chain().id()});
    assertEquals(10, data.writeNow(longer, file.getId(), 64L * CHUNK_BYTES, 10, content));
    JsonNode orphans = admin("find-orphaned-chunks", "--output", "json").json().get("orphans");
    assertEquals(3, orphans.size());
    assertEquals(file.getId() + ":64", orphans.get(0).get("chunk").asText());
    assertEquals(
        "the file's layout does not reach this chunk", orphans.get(0).get("reason").asText());
  }

  @Test
  void filesThatComeAndGoMeanwhileHaveNoOrphans() throws Exception {
    AtomicInteger files = new AtomicInteger();
    whileDoing(
        own -> makeAndRemove(own, "temporary" + files.incrementAndGet()),
        () -> {
          while (files.get() < 200) {
            Outcome none = admin("find-orphaned-chunks");
            assertEquals(0, none.exitCode(), none.out() + none.err());
          }
        });
  }

  private void makeAndRemove(DataPath own, String name) {
    Namespace namespace = client.namespace();
    ByteString entry = ByteString.copyFromUtf8(name);
    var opened = namespace.create(namespace.caller(0, 0), Namespace.ROOT_INODE, entry, 0644, true);
    Inode inode = opened.getInode();
    int bytes = 2 * CHUNK_BYTES;
    FileLayout grown = layout(namespace.growLayout(inode.getId(), 1));
    assertEquals(bytes, own.writeNow(grown, inode.getId(), 0, bytes, content));
    namespace.close(
        namespace.caller(0, 0),
        inode.getId(),
        opened.getSessionId(),
        OptionalLong.of(2L * CHUNK_BYTES),
        inode.getTruncateVersion(),
        0);
    namespace.unlink(namespace.caller(0, 0), Namespace.ROOT_INODE, entry);
  }

  @Test
  void orphansAreNotLookedForWithoutMeta() {
    meta.close();
    assertFails(admin("find-orphaned-chunks"), "Meta does not say which inodes there are");
    assertFails(admin("query-chunk", file.getId(), 0), "(--chain does without)");
    Outcome direct = admin("query-chunk", file.getId(), 0, "--chain", chainOf(0).chain().id());
    assertEquals(0, direct.exitCode(), direct.out() + direct.err());
  }
}
