package io.luciola.blockstore.engine.check;

import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.index.BlockChecksums;
import io.luciola.blockstore.engine.index.Digest;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;

/**
 * Holds the content of chunks against their checksums, and the checksums against the chunk's
 * digest.
 */
final class ContentCheck implements AutoCloseable {

  private static final int BLOCK_BYTES = 4096;
  private static final int PIECE_BLOCKS = 1024;
  private static final long PIECE_BYTES = (long) PIECE_BLOCKS * BLOCK_BYTES;

  private final ReadOnlyDevice device;
  private final StoredState state;
  private final Findings findings;
  private final Crc32c crc;
  private final boolean withData;
  private final CheckProgress progress;
  private final long memory = Memory.allocate(PIECE_BYTES);
  private final long totalBytes;
  private long doneBytes;
  private long verifiedBlocks;

  ContentCheck(
      ReadOnlyDevice device,
      StoredState state,
      Findings findings,
      Crc32c crc,
      boolean withData,
      CheckProgress progress) {
    this.device = device;
    this.state = state;
    this.findings = findings;
    this.crc = crc;
    this.withData = withData;
    this.progress = progress;
    totalBytes = state.usedBlocks() * BLOCK_BYTES;
  }

  void run() {
    state.visitChunks(this::check);
  }

  /** Blocks that were read and matched. */
  long verifiedBlocks() {
    return verifiedBlocks;
  }

  @Override
  public void close() {
    Memory.free(memory, PIECE_BYTES);
  }

  private void check(CheckedChunk chunk) {
    if (chunk.version > 0) {
      int blocks = CheckedChunk.blocks(chunk.lengthBytes);
      checkDigest(chunk, blocks);
      verify(chunk, chunk.extent, 0, blocks, chunk.lengthBytes, Severity.ERROR);
      doneBytes += (long) BLOCK_BYTES << chunk.order;
    }
    CheckedUpdate pending = chunk.pending;
    if (pending != null && pending.kind != ChunkUpdate.REMOVE) {
      verifyPending(chunk, pending);
      checkDigest(chunk, pending);
    }
    progress.onProgress(withData ? "chunks" : "checksums", doneBytes, totalBytes);
  }

  private void verifyPending(CheckedChunk chunk, CheckedUpdate pending) {
    // Only of the last record's updates the data may be missing, and only where a crash of the
    // machine loses what was not flushed; then nobody was told of them.
    boolean mayLack =
        device.hasVolatileCache()
            && pending.sequence != 0
            && pending.sequence == state.records.lastSequence();
    int first = pending.fresh ? 0 : pending.directFirst;
    int end =
        pending.fresh
            ? CheckedChunk.blocks(pending.lengthBytes)
            : pending.directFirst + pending.directCount;
    reportLost(chunk, pending.extent, first, end);
    verify(
        chunk,
        pending.extent,
        first,
        end,
        pending.lengthBytes,
        mayLack ? Severity.WARNING : Severity.ERROR);
  }

  private void checkDigest(CheckedChunk chunk, int blocks) {
    if (reportLost(chunk, chunk.extent, 0, blocks)) {
      return;
    }
    long digest = 0;
    for (int block = 0; block < blocks; block++) {
      digest += Digest.term(block, state.checksums.get(chunk.extent + block));
    }
    if (digest != chunk.digest) {
      findings.chunk(Severity.ERROR, chunk.name, "its digest is not that of its blocks' checksums");
    }
  }

  /** Whether checksums of blocks are lost; then that is a finding. */
  private boolean reportLost(CheckedChunk chunk, long extent, int first, int end) {
    int lost = 0;
    int firstLost = first;
    int lastLost = first;
    for (int block = first; block < end; block++) {
      if (state.checksums.get(extent + block) == BlockChecksums.LOST) {
        firstLost = lost == 0 ? block : firstLost;
        lastLost = block;
        lost++;
      }
    }
    if (lost > 0) {
      findings.blocks(
          Severity.ERROR,
          chunk.name,
          lost + " of its blocks from here on lost their checksums and cannot be read",
          firstLost,
          state.layout.blockOffset(extent + firstLost),
          lastLost - firstLost + 1);
    }
    return lost > 0;
  }

  private void checkDigest(CheckedChunk chunk, CheckedUpdate pending) {
    long digest = 0;
    for (int block = 0; block < CheckedChunk.blocks(pending.lengthBytes); block++) {
      int checksum = state.checksum(pending, block);
      if (checksum == BlockChecksums.LOST) {
        return;
      }
      digest += Digest.term(block, checksum);
    }
    if (digest != pending.digest) {
      findings.chunk(
          Severity.ERROR,
          chunk.name,
          "the digest of its pending version is not that of its blocks' checksums");
    }
  }

  private void verify(
      CheckedChunk chunk, long extent, int first, int end, int lengthBytes, Severity severity) {
    int block = first;
    while (withData && block < end) {
      if (!isOnDevice(extent + block)) {
        block++;
        continue;
      }
      int count = 1;
      while (count < PIECE_BLOCKS && block + count < end && isOnDevice(extent + block + count)) {
        count++;
      }
      device.read(state.layout.blockOffset(extent + block), memory, count * BLOCK_BYTES);
      for (int i = 0; i < count; i++) {
        long address = memory + (long) i * BLOCK_BYTES;
        verifyBlock(chunk, extent, block + i, address, lengthBytes, severity);
      }
      block += count;
    }
  }

  private boolean isOnDevice(long place) {
    int checksum = state.checksums.get(place);
    return checksum != BlockChecksums.HOLE
        && checksum != BlockChecksums.LOST
        && state.journaledOffset(place) < 0;
  }

  private void verifyBlock(
      CheckedChunk chunk,
      long extent,
      int block,
      long address,
      int lengthBytes,
      Severity severity) {
    int actual = BlockChecksums.kept(crc.of(address, BLOCK_BYTES));
    String problem = null;
    if (actual != state.checksums.get(extent + block)) {
      problem =
          severity == Severity.ERROR
              ? "does not match its checksum"
              : "of the last pending update does not match its checksum; a crash may have cut it"
                  + " off";
    } else if (!endsInZeros(address, lengthBytes - (long) block * BLOCK_BYTES)) {
      problem = "has other bytes than zeros behind the chunk's end";
    }
    if (problem == null) {
      verifiedBlocks++;
    } else {
      findings.blocks(
          severity,
          chunk.name,
          "its block " + problem,
          block,
          state.layout.blockOffset(extent + block),
          1);
    }
  }

  private static boolean endsInZeros(long address, long contentBytes) {
    for (long at = contentBytes; at < BLOCK_BYTES; at++) {
      if (Memory.getByte(address + at) != 0) {
        return false;
      }
    }
    return true;
  }
}
