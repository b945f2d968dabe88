package io.luciola.cluster.cli.engine;

import io.luciola.blockstore.device.ByteSize;
import io.luciola.blockstore.engine.check.ChunkName;
import io.luciola.blockstore.engine.check.ChunkReader;
import io.luciola.blockstore.engine.check.ChunkReader.BlockState;
import io.luciola.blockstore.engine.check.ChunkReader.StoredVersion;
import io.luciola.blockstore.linux.Memory;
import io.luciola.cluster.cli.CommandFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes out what is in a chunk, block by block, each verified. */
final class EngineDump {

  private static final int BLOCK_BYTES = 4096;
  private static final int ROW_BYTES = 16;
  private static final Pattern CHUNK = Pattern.compile("(?:0x)?([0-9a-fA-F]{1,32})");

  /** Takes the chunk's bytes in order. */
  @FunctionalInterface
  interface Sink {
    void accept(byte[] bytes, int from, int length, long chunkOffset) throws IOException;
  }

  private final ChunkReader reader;
  private final PrintWriter err;

  EngineDump(ChunkReader reader, PrintWriter err) {
    this.reader = reader;
    this.err = err;
  }

  static ChunkName name(long target, String chunk) {
    Matcher matcher = CHUNK.matcher(chunk);
    if (!matcher.matches()) {
      throw CommandFailure.usage(
          "'" + chunk + "' names no chunk; write up to 32 hexadecimal digits, as logs do");
    }
    String digits = "0".repeat(32 - matcher.group(1).length()) + matcher.group(1);
    return new ChunkName(
        target,
        Long.parseUnsignedLong(digits.substring(0, 16), 16),
        Long.parseUnsignedLong(digits.substring(16), 16));
  }

  void describe(ChunkName name) {
    err.println(name);
    describe("committed", reader.committed());
    describe("pending", reader.pending());
    err.flush();
  }

  private void describe(String what, @Nullable StoredVersion version) {
    if (version == null) {
      err.printf("  %-9s  none%n", what);
    } else if (version.removes()) {
      err.printf("  %-9s  version %d: removes the chunk%n", what, version.version());
    } else {
      err.printf(
          "  %-9s  version %d, %d bytes of %s at device offset %d, digest %016x, chain version"
              + " %d%n",
          what,
          version.version(),
          version.lengthBytes(),
          ByteSize.format(version.capacityBytes()),
          version.extentOffset(),
          version.digest(),
          version.chainVersion());
    }
  }

  /** Hands over the bytes of a range, as far as the version has them. */
  void copy(ChunkName name, boolean pending, StoredVersion version, long from, long length, Sink to)
      throws IOException {
    long end =
        Math.min(
            version.lengthBytes(), length > Long.MAX_VALUE - from ? Long.MAX_VALUE : from + length);
    long memory = Memory.allocate(BLOCK_BYTES);
    byte[] bytes = new byte[BLOCK_BYTES];
    try {
      for (long at = from; at < end; ) {
        int block = (int) (at / BLOCK_BYTES);
        int skip = (int) (at % BLOCK_BYTES);
        int count = (int) Math.min(BLOCK_BYTES - skip, end - at);
        BlockState state = reader.readBlock(pending, block, memory);
        if (state == BlockState.CORRUPT || state == BlockState.LOST) {
          throw CommandFailure.failed(
              String.format(
                  "%s: its block at offset %d, device offset %d, %s",
                  name,
                  (long) block * BLOCK_BYTES,
                  reader.deviceOffset(pending, block),
                  state == BlockState.LOST
                      ? "cannot be verified: its checksum is lost"
                      : "does not match its checksum"));
        }
        Memory.get(memory, bytes, 0, BLOCK_BYTES);
        to.accept(bytes, skip, count, at);
        at += count;
      }
    } finally {
      Memory.free(memory, BLOCK_BYTES);
    }
  }

  static Sink toStream(OutputStream out) {
    return (bytes, from, length, chunkOffset) -> out.write(bytes, from, length);
  }

  /** Sixteen bytes a line: offset, hexadecimal, text. */
  static Sink toHex(PrintWriter out) {
    return (bytes, from, length, chunkOffset) -> {
      for (int at = 0; at < length; at += ROW_BYTES) {
        int count = Math.min(ROW_BYTES, length - at);
        StringBuilder hex = new StringBuilder();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
          int value = bytes[from + at + i] & 0xFF;
          hex.append(i == ROW_BYTES / 2 ? "  " : " ").append(String.format("%02x", value));
          text.append(value >= ' ' && value < 0x7F ? (char) value : '.');
        }
        out.printf("%08x %-49s  |%s|%n", chunkOffset + at, hex, text);
      }
    };
  }
}
