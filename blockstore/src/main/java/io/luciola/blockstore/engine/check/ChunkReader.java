package io.luciola.blockstore.engine.check;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.UnusableDeviceException;
import io.luciola.blockstore.engine.UnusableDeviceException.Reason;
import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.engine.format.Zeros;
import io.luciola.blockstore.engine.index.BlockChecksums;
import io.luciola.blockstore.linux.Crc32c;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads single chunks of a device that no engine has open, also of one that an engine would refuse
 * to open. It changes nothing on it.
 */
public final class ChunkReader implements AutoCloseable {

  /** What a block is like. */
  public enum BlockState {
    /** As it should be. */
    INTACT,
    /** Never written: zeros. */
    HOLE,
    /** It does not match its checksum, or cannot be read. */
    CORRUPT,
    /** Its checksum is lost: nobody can know. */
    LOST
  }

  /**
   * A version of a chunk.
   *
   * @param version its number
   * @param lengthBytes length of its content
   * @param capacityBytes size of its extent
   * @param extentOffset where its extent begins on the device
   * @param digest of its content
   * @param chainVersion the chain version of its update
   * @param removes it is the removal of the chunk and has no content
   */
  public record StoredVersion(
      long version,
      int lengthBytes,
      long capacityBytes,
      long extentOffset,
      long digest,
      int chainVersion,
      boolean removes) {}

  private static final int BLOCK_BYTES = 4096;

  private final Findings findings = new Findings();
  private final Crc32c crc = new Crc32c();
  private final ReadOnlyDevice device;
  private final StoredState state;
  private @Nullable CheckedChunk chunk;

  /**
   * Reads the metadata. Blocks; the device stays the caller's.
   *
   * @throws UnusableDeviceException when the device carries no intact superblock of this format
   */
  public ChunkReader(BlockDevice device) {
    this.device = new ReadOnlyDevice(device, findings);
    Superblock superblock = new SuperblockCheck(this.device, findings, crc).run();
    if (superblock == null) {
      throw new UnusableDeviceException(
          Reason.SUPERBLOCKS_DAMAGED, "No superblock of " + this.device.name() + " can be used");
    }
    state = new StoredState(this.device, superblock, findings, crc);
    state.load();
  }

  /** What was found damaged in the metadata: the chunks may not be what they were. */
  public List<Finding> findings() {
    return findings.kept();
  }

  /** Looks for a chunk, of which the other methods then speak; false when there is none. */
  public boolean find(ChunkName name) {
    chunk = null;
    state.visitChunks(
        candidate -> {
          if (candidate.name.equals(name)) {
            chunk = candidate;
          }
        });
    return chunk != null;
  }

  /** The chunk's committed version; null when nothing was ever committed. */
  public @Nullable StoredVersion committed() {
    CheckedChunk found = found();
    return found.version == 0
        ? null
        : new StoredVersion(
            found.version,
            found.lengthBytes,
            (long) BLOCK_BYTES << found.order,
            state.layout.blockOffset(found.extent),
            found.digest,
            found.chainVersion,
            false);
  }

  /** The chunk's pending version; null when there is none. */
  public @Nullable StoredVersion pending() {
    CheckedUpdate update = found().pending;
    return update == null
        ? null
        : new StoredVersion(
            update.version,
            update.lengthBytes,
            (long) BLOCK_BYTES << update.order,
            state.layout.blockOffset(update.extent),
            update.digest,
            update.chainVersion,
            update.kind == ChunkUpdate.REMOVE);
  }

  /** Where on the device a block of the committed or pending version lies. */
  public long deviceOffset(boolean ofPending, int block) {
    CheckedUpdate update = ofPending ? found().pending : null;
    int journaled = update == null ? CheckedUpdate.NONE : update.journaledAt(block);
    if (update != null && journaled != CheckedUpdate.NONE) {
      return update.journaledOffset[journaled];
    }
    long place = (update == null ? found().extent : update.extent) + block;
    long inJournal = state.journaledOffset(place);
    return inJournal >= 0 ? inJournal : state.layout.blockOffset(place);
  }

  /** Reads a block of the committed or pending version, 4 KiB, and verifies it. */
  public BlockState readBlock(boolean ofPending, int block, long address) {
    int expected = checksum(ofPending, block);
    if (expected == BlockChecksums.HOLE) {
      Zeros.put(address, BLOCK_BYTES);
      return BlockState.HOLE;
    }
    device.read(deviceOffset(ofPending, block), address, BLOCK_BYTES);
    if (expected == BlockChecksums.LOST) {
      return BlockState.LOST;
    }
    return BlockChecksums.kept(crc.of(address, BLOCK_BYTES)) == expected
        ? BlockState.INTACT
        : BlockState.CORRUPT;
  }

  @Override
  public void close() {
    state.close();
  }

  private int checksum(boolean ofPending, int block) {
    CheckedChunk found = found();
    CheckedUpdate update = ofPending ? found.pending : null;
    return update == null
        ? state.checksums.get(found.extent + block)
        : state.checksum(update, block);
  }

  private CheckedChunk found() {
    if (chunk == null) {
      throw new IllegalStateException("no chunk was found");
    }
    return chunk;
  }
}
