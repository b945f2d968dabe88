package io.luciola.cluster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.routing.RoutingTable;
import io.luciola.cluster.wire.ChunkStatRecords;
import io.luciola.cluster.wire.FrameHeader;
import io.luciola.cluster.wire.Opcode;
import io.luciola.cluster.wire.ReplyFrame;
import io.luciola.cluster.wire.RequestFrame;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A probe against a node that answers what the test says. */
class TargetProbeTest {

  private static final int ROOM_BYTES = 64 << 10;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Writes the answer's header and, behind 64 bytes, its payload; returns the payload's length. */
  private interface Answerer {
    int answer(RequestFrame question, ReplyFrame answer, long payload);
  }

  private ServerSocket listener;
  private Thread peer;
  private RoutingTable routing;
  private volatile Answerer answerer = (question, answer, payload) -> -1;

  @BeforeEach
  void start() throws IOException {
    listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    routing =
        RoutingTable.of(
            RoutingMap.newBuilder()
                .setVersion(1)
                .addNodes(
                    Node.newBuilder()
                        .setId(3)
                        .setType(NodeType.STORAGE)
                        .setHost("127.0.0.1")
                        .setPort(listener.getLocalPort()))
                .addTargets(
                    Target.newBuilder()
                        .setId(301)
                        .setNodeId(3)
                        .setDiskUuid("00000000000000000000000000000001")
                        .setChainId(1))
                .build());
    peer = Thread.ofPlatform().start(this::serve);
  }

  @AfterEach
  void stop() throws Exception {
    listener.close();
    peer.join();
  }

  private void serve() {
    long memory = Memory.allocate(2 * ROOM_BYTES);
    RequestFrame question = new RequestFrame();
    ReplyFrame answer = new ReplyFrame();
    try (Socket socket = listener.accept()) {
      while (true) {
        byte[] header = socket.getInputStream().readNBytes(FrameHeader.REQUEST_BYTES);
        if (header.length < FrameHeader.REQUEST_BYTES) {
          return;
        }
        Memory.put(memory, header, 0, header.length);
        question.wrap(memory);
        answer.wrap(memory + ROOM_BYTES);
        long payload = memory + ROOM_BYTES + FrameHeader.REPLY_BYTES;
        int payloadBytes = answerer.answer(question, answer, payload);
        if (payloadBytes < 0) {
          return;
        }
        answer.seal();
        byte[] frame = new byte[FrameHeader.REPLY_BYTES + payloadBytes];
        Memory.get(memory + ROOM_BYTES, frame, 0, frame.length);
        socket.getOutputStream().write(frame);
      }
    } catch (IOException ended) {
      // The test is over.
    } finally {
      Memory.free(memory, 2 * ROOM_BYTES);
    }
  }

  private static int answer(
      RequestFrame question, ReplyFrame answer, long payload, int payloadBytes) {
    answer
        .begin(question.opcode(), question.tag(), 0, payloadBytes)
        .version(5)
        .payloadCrc32c(new Crc32c().of(payload, payloadBytes));
    return payloadBytes;
  }

  private static int status(RequestFrame question, ReplyFrame answer, int status) {
    answer.begin(question.opcode(), question.tag(), status, 0);
    return 0;
  }

  private static ChunkStat chunk(long lo) {
    ChunkStat chunk = new ChunkStat();
    chunk.chunkLo = lo;
    chunk.committedVersion = 9;
    return chunk;
  }

  @Test
  void aPageHasTheChunksAndWhereToGoOn() {
    answerer =
        (question, answer, payload) -> {
          assertEquals(Opcode.DUMP_CHUNKS, question.opcode());
          assertEquals(301, question.targetId());
          assertEquals(77, question.version());
          assertEquals(ChunkStatRecords.MAX_RECORDS, question.lengthBytes());
          assertTrue(question.deadlineMicros() > 0);
          ChunkStatRecords.write(chunk(1), payload, 0);
          ChunkStatRecords.write(chunk(2), payload, 1);
          return answer(question, answer, payload, 2 * ChunkStatRecords.RECORD_BYTES);
        };
    try (TargetProbe probe = new TargetProbe(PATIENCE)) {
      ChunkPage page = probe.list(routing, 301, 77);
      assertEquals(2, page.chunks().size());
      assertEquals(2, page.chunks().get(1).chunkLo);
      assertEquals(9, page.chunks().get(1).committedVersion);
      assertEquals(5, page.nextCursor());
    }
  }

  @Test
  void aBusyNodeIsAskedAgain() {
    int[] questions = {0};
    answerer =
        (question, answer, payload) -> {
          if (questions[0]++ < 3) {
            return status(question, answer, EngineStatus.BACK_PRESSURE);
          }
          return status(question, answer, EngineStatus.NO_SUCH_CHUNK);
        };
    try (TargetProbe probe = new TargetProbe(PATIENCE)) {
      assertNull(probe.find(routing, 301, 0, 1));
    }
    assertEquals(4, questions[0]);
  }

  @Test
  void aDamagedAnswerIsNotBelieved() {
    answerer =
        (question, answer, payload) -> {
          ChunkStatRecords.write(chunk(1), payload, 0);
          int length = answer(question, answer, payload, ChunkStatRecords.RECORD_BYTES);
          Memory.putByte(payload + 17, (byte) 1);
          return length;
        };
    assertFails("arrived damaged");
  }

  @Test
  void halfARecordIsNotBelieved() {
    answerer = (question, answer, payload) -> answer(question, answer, payload, 100);
    assertFails("half a record");
  }

  @Test
  void anotherChunkThanAskedForIsNotBelieved() {
    answerer =
        (question, answer, payload) -> {
          ChunkStatRecords.write(chunk(2), payload, 0);
          return answer(question, answer, payload, ChunkStatRecords.RECORD_BYTES);
        };
    assertFails("another chunk than was asked for");
  }

  @Test
  void whatTheNodeRefusesIsSaid() {
    answerer = (question, answer, payload) -> status(question, answer, EngineStatus.NO_SUCH_TARGET);
    assertFails("does not hold target 301");
  }

  @Test
  void aPeerThatEndsTheConnectionMayBeOld() {
    assertFails("its release does not know the question");
  }

  @Test
  void aSilentNodeIsAskedOnce() {
    answerer =
        (question, answer, payload) -> {
          answer.begin(Opcode.PING, 0, 0, 0); // not the answer
          return 0;
        };
    try (TargetProbe probe = new TargetProbe(Duration.ofMillis(300))) {
      for (int i = 0; i < 2; i++) {
        String message =
            assertThrows(ProbeException.class, () -> probe.find(routing, 301, 0, 1)).getMessage();
        assertTrue(message.contains("does not answer within 300 ms"), message);
      }
    }
  }

  private void assertFails(String message) {
    try (TargetProbe probe = new TargetProbe(PATIENCE)) {
      String said =
          assertThrows(ProbeException.class, () -> probe.find(routing, 301, 0, 1)).getMessage();
      assertTrue(said.contains("node 3 (127.0.0.1:"), said);
      assertTrue(said.contains(message), said);
    }
  }
}
