package io.luciola.cluster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.ChunkId;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.ChainDataPath;
import io.luciola.cluster.client.DataPathOptions;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import io.luciola.cluster.wire.ChunkStatRecords;
import io.luciola.cluster.wire.FrameHeader;
import io.luciola.cluster.wire.Opcode;
import io.luciola.cluster.wire.ReplyFrame;
import io.luciola.cluster.wire.RequestFrame;
import io.luciola.craq.ReplicaStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What nodes answer to DUMP_CHUNKS, frame by frame. */
class ChunkDumpTest {

  private static final long TARGET = LoopbackCluster.targetId(1, 0);
  private static final int CHUNKS = 5;
  private static final int ROOM_BYTES = 64 << 10;

  private final RequestFrame question = new RequestFrame();
  private final ReplyFrame answer = new ReplyFrame();
  private final long payload = FrameHeader.REQUEST_BYTES;
  private long memory;
  private LoopbackCluster cluster;

  @BeforeEach
  void start() {
    memory = Memory.allocate(ROOM_BYTES);
    cluster = LoopbackCluster.inMemory(LoopbackCluster.contents(3, 1), disk -> disk);
    try (ChainDataPath data = cluster.dataPath(DataPathOptions.DEFAULTS)) {
      FileLayout layout = FileLayout.whole(4096, new int[] {1});
      for (int i = 0; i < CHUNKS; i++) {
        assertEquals(10 + i, data.writeNow(layout, 7, 4096L * i, 10 + i, memory));
      }
    }
  }

  @AfterEach
  void stop() {
    cluster.close();
    Memory.free(memory, ROOM_BYTES);
  }

  private String ask(Consumer<RequestFrame> fields) throws IOException {
    question.wrap(memory);
    question.begin(Opcode.DUMP_CHUNKS, 99, 0).targetId(TARGET).range(0, 128);
    fields.accept(question);
    question.seal();
    byte[] header = new byte[FrameHeader.REQUEST_BYTES];
    Memory.get(memory, header, 0, header.length);
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), cluster.port(cluster.nodeAt(1, 0)))) {
      socket.getOutputStream().write(header);
      byte[] reply = socket.getInputStream().readNBytes(FrameHeader.REPLY_BYTES);
      Memory.put(memory, reply, 0, reply.length);
      answer.wrap(memory);
      assertEquals(99, answer.tag());
      assertEquals(Opcode.DUMP_CHUNKS | Opcode.REPLY, answer.opcode());
      byte[] records = socket.getInputStream().readNBytes(answer.payloadLengthBytes());
      Memory.put(memory + payload, records, 0, records.length);
      if (records.length > 0) {
        assertEquals(new Crc32c().of(memory + payload, records.length), answer.payloadCrc32c());
      }
    }
    return ReplicaStatus.name(answer.status());
  }

  private int records() {
    assertEquals(0, answer.payloadLengthBytes() % ChunkStatRecords.RECORD_BYTES);
    return answer.payloadLengthBytes() / ChunkStatRecords.RECORD_BYTES;
  }

  @Test
  void allChunksComeInPagesOfTheSizeAskedFor() throws IOException {
    int seen = 0;
    long lengths = 0;
    long cursor = 0;
    while (cursor != ChunkEngine.NO_MORE_CHUNKS) {
      long from = cursor;
      assertEquals("OK", ask(frame -> frame.version(from).range(0, 2)));
      assertEquals(Math.min(2, CHUNKS - seen), records());
      for (int i = 0; i < records(); i++) {
        ChunkStat chunk = ChunkStatRecords.read(memory + payload, i);
        assertEquals(7, ChunkId.inode(chunk.chunkHi, chunk.chunkLo));
        assertEquals(1, chunk.committedVersion);
        lengths += chunk.committedLengthBytes;
        seen++;
      }
      cursor = answer.version();
    }
    assertEquals(CHUNKS, seen);
    assertEquals(10 + 11 + 12 + 13 + 14, lengths);
  }

  @Test
  void oneChunkComesAlone() throws IOException {
    Consumer<RequestFrame> third =
        frame -> frame.kind(ChunkStatRecords.ONE_CHUNK).chunk(ChunkId.hi(7), ChunkId.lo(7, 2));
    assertEquals("OK", ask(third));
    assertEquals(1, records());
    ChunkStat chunk = ChunkStatRecords.read(memory + payload, 0);
    assertEquals("7:2", ChunkId.toString(chunk.chunkHi, chunk.chunkLo));
    assertEquals(12, chunk.committedLengthBytes);
    assertEquals(0, answer.version());
    assertEquals(
        "NO_SUCH_CHUNK",
        ask(
            frame ->
                frame
                    .kind(ChunkStatRecords.ONE_CHUNK)
                    .chunk(ChunkId.hi(7), ChunkId.lo(7, CHUNKS))));
  }

  @Test
  void fieldsOutOfTheirRangeAreRefused() throws IOException {
    assertEquals("BAD_REQUEST", ask(frame -> frame.range(0, 0)));
    assertEquals("BAD_REQUEST", ask(frame -> frame.range(0, -1)));
    assertEquals("BAD_REQUEST", ask(frame -> frame.range(0, 129)));
    assertEquals("BAD_REQUEST", ask(frame -> frame.version(-1)));
    assertEquals("BAD_REQUEST", ask(frame -> frame.version(1L << 31)));
    assertEquals("BAD_REQUEST", ask(frame -> frame.kind(2)));
    assertEquals("NO_SUCH_TARGET", ask(frame -> frame.targetId(4711)));
    assertEquals("OK", ask(frame -> frame.version(Integer.MAX_VALUE)));
    assertEquals(0, records());
    assertEquals(ChunkEngine.NO_MORE_CHUNKS, answer.version());
  }

  @Test
  void aTargetThatDoesNotServeAnswersToo() throws IOException {
    cluster.setState(cluster.nodeAt(1, 0), PublicTargetState.OFFLINE);
    assertEquals("OK", ask(frame -> {}));
    assertEquals(CHUNKS, records());
  }
}
