package io.luciola.cluster.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.linux.Memory;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class FrameHeaderTest {

  private static final int LIMIT = 1 << 20;
  private static long memory;

  @BeforeContainer
  static void map() {
    memory = Memory.allocate(4096);
  }

  @AfterContainer
  static void unmap() {
    Memory.free(memory, 4096);
  }

  @Property
  void aRequestComesBackAsItWasWritten(
      @ForAll long a,
      @ForAll long b,
      @ForAll int c,
      @ForAll int d,
      @ForAll @IntRange(max = LIMIT) int payloadBytes,
      @ForAll boolean repeat) {
    // At an odd address, where frames in a stream may well begin.
    long at = memory + 1;
    RequestFrame frame = new RequestFrame();
    frame.wrap(at);
    frame
        .begin(Opcode.UPDATE, a, payloadBytes)
        .deadlineMicros(c)
        .chain(d, ~c)
        .kind(d & 0x7F)
        .readMode(c & 0x7F)
        .targetId(b)
        .chunk(~a, ~b)
        .version(a ^ b)
        .writer(a + b, c + d, a - b)
        .range(c ^ d, d - c)
        .capacityBytes(~d)
        .payloadCrc32c(c * 31)
        .senderNode(d * 31)
        .repeat(repeat)
        .seal();
    RequestFrame read = new RequestFrame();
    read.wrap(at);
    assertEquals(HeaderFault.NONE, read.judgePrefix(LIMIT));
    assertEquals(HeaderFault.NONE, read.judgeHeader());
    assertEquals(Opcode.UPDATE, read.opcode());
    assertEquals(payloadBytes, read.payloadLengthBytes());
    assertEquals(a, read.tag());
    assertEquals(c, read.deadlineMicros());
    assertEquals(d, read.chainId());
    assertEquals(~c, read.chainVersion());
    assertEquals(d & 0x7F, read.kind());
    assertEquals(c & 0x7F, read.readMode());
    assertEquals(b, read.targetId());
    assertEquals(~a, read.chunkHi());
    assertEquals(~b, read.chunkLo());
    assertEquals(a ^ b, read.version());
    assertEquals(a + b, read.clientId());
    assertEquals(c + d, read.channel());
    assertEquals(a - b, read.sequence());
    assertEquals(c ^ d, read.offsetBytes());
    assertEquals(d - c, read.lengthBytes());
    assertEquals(~d, read.capacityBytes());
    assertEquals(c * 31, read.payloadCrc32c());
    assertEquals(d * 31, read.senderNode());
    assertEquals(repeat, read.repeat());
    assertEquals(0, read.tenant());
    assertEquals(0, read.status());
  }

  @Property
  void anAnswerComesBackAsItWasWritten(
      @ForAll long a,
      @ForAll long b,
      @ForAll int c,
      @ForAll int d,
      @ForAll @IntRange(max = LIMIT) int payloadBytes) {
    ReplyFrame frame = new ReplyFrame();
    frame.wrap(memory + 3);
    frame
        .begin(Opcode.READ, a, c, payloadBytes)
        .version(b)
        .digest(~b)
        .lengthBytes(d)
        .payloadCrc32c(~d)
        .seal();
    ReplyFrame read = new ReplyFrame();
    read.wrap(memory + 3);
    assertEquals(HeaderFault.NONE, read.judgePrefix(LIMIT));
    assertEquals(HeaderFault.NONE, read.judgeHeader());
    assertEquals(Opcode.READ | Opcode.REPLY, read.opcode());
    assertEquals(a, read.tag());
    assertEquals(c, read.status());
    assertEquals(b, read.version());
    assertEquals(~b, read.digest());
    assertEquals(d, read.lengthBytes());
    assertEquals(~d, read.payloadCrc32c());
    assertEquals(payloadBytes, read.payloadLengthBytes());
  }

  @Property
  void noFlippedBitIsOverlooked(
      @ForAll boolean answer, @ForAll long tag, @ForAll @IntRange(max = 1023) int bit) {
    int headerBytes = sealAny(answer, tag);
    int flipped = bit % (headerBytes * 8);
    long at = memory + flipped / 8;
    Memory.putByte(at, (byte) (Memory.getByte(at) ^ (1 << (flipped % 8))));
    assertFalse(isBelieved(), () -> "bit " + flipped + " of " + headerBytes + " bytes");
  }

  @Property
  void noiseIsNeitherBelievedNorFatal(@ForAll long seed, @ForAll boolean plausiblePrefix) {
    Random random = new Random(seed);
    for (int i = 0; i < FrameHeader.REQUEST_BYTES; i++) {
      Memory.putByte(memory + i, (byte) random.nextInt());
    }
    if (plausiblePrefix) {
      Memory.putShort(memory + FrameHeader.MAGIC_OFFSET, (short) FrameHeader.MAGIC);
      Memory.putByte(memory + FrameHeader.VERSION_OFFSET, (byte) FrameHeader.VERSION);
      Memory.putByte(memory + FrameHeader.OPCODE, (byte) Opcode.WRITE);
      Memory.putInt(memory, FrameHeader.REQUEST_BYTES + random.nextInt(LIMIT));
    }
    assertFalse(isBelieved(), () -> "seed " + seed);
  }

  @Property
  void aFrameBeyondTheReceiversLimitIsRefusedByItsPrefix(
      @ForAll @IntRange(min = 4097, max = FrameHeader.MAX_PAYLOAD_BYTES) int payloadBytes) {
    RequestFrame frame = new RequestFrame();
    frame.wrap(memory);
    frame.begin(Opcode.WRITE, 1, payloadBytes).seal();
    assertEquals(HeaderFault.BAD_LENGTH, frame.judgePrefix(4096));
    assertEquals(HeaderFault.NONE, frame.judgePrefix(payloadBytes));
    frame.begin(Opcode.PING, 1, payloadBytes).seal();
    assertEquals(HeaderFault.BAD_LENGTH, frame.judgePrefix(payloadBytes));
  }

  private static int sealAny(boolean answer, long tag) {
    if (answer) {
      ReplyFrame frame = new ReplyFrame();
      frame.wrap(memory);
      frame.begin(Opcode.READ, tag, 0, 4096).version(tag).seal();
      return FrameHeader.REPLY_BYTES;
    }
    RequestFrame frame = new RequestFrame();
    frame.wrap(memory);
    frame.begin(Opcode.WRITE, tag, 4096).chunk(tag, ~tag).seal();
    return FrameHeader.REQUEST_BYTES;
  }

  private static boolean isBelieved() {
    FrameHeader header = new FrameHeader();
    header.wrap(memory);
    boolean believed =
        header.judgePrefix(LIMIT) == HeaderFault.NONE && header.judgeHeader() == HeaderFault.NONE;
    if (believed) {
      assertTrue(header.payloadLengthBytes() <= LIMIT);
    }
    return believed;
  }
}
