package io.luciola.fio.engine.blockstore;

import static io.luciola.fio.engine.blockstore.BenchmarkDevice.TARGET_ID;
import static io.luciola.fio.engine.blockstore.ChunkMap.NOBODY;

import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import io.luciola.fio.engine.ChannelMemory;
import io.luciola.fio.engine.Direction;
import io.luciola.fio.engine.EngineException;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.engine.IoChannel;
import io.luciola.fio.job.JobSpec;
import java.util.List;

/**
 * Drives a chunk engine. A write goes out as prepare and, once that is durable, commit; writes to a
 * chunk that is being updated wait in line, since a chunk has one pending version.
 */
final class EngineChannel implements IoChannel, ChunkEngine.Listener {

  private static final int CHAIN_VERSION = 1;
  private static final int CLIENT_ID = 1;

  private final int chunkBytes;
  private final Crc32c crc = new Crc32c();
  private final ChunkUpdate update = new ChunkUpdate();
  private final ChannelMemory memory = new ChannelMemory();
  private final ChunkMap chunks;

  // One slot per request in flight.
  private final long[] tags;
  private final int[] chunkOf;
  private final int[] offsets;
  private final int[] lengths;
  private final long[] addresses;
  private final boolean[] prepared;
  private final int[] nextWaiter;
  private final int[] free;
  private int freeCount;

  /** Slots whose next step the engine refused for now, in a ring. */
  private final int[] held;

  private int heldHead;
  private int heldCount;

  private EngineAccess access;
  private ChunkEngine engine;
  private Completion completion = (tag, result) -> {};
  private int delivered;
  private long sequence;

  @SuppressWarnings("NullAway.Init") // the engine needs its listener first
  private EngineChannel(List<FileRegion> files, int chunkBytes, int depth) {
    this.chunkBytes = chunkBytes;
    this.chunks = new ChunkMap(files, chunkBytes);
    tags = new long[depth];
    chunkOf = new int[depth];
    offsets = new int[depth];
    lengths = new int[depth];
    addresses = new long[depth];
    prepared = new boolean[depth];
    nextWaiter = new int[depth];
    held = new int[depth];
    free = new int[depth];
    for (int slot = depth - 1; slot >= 0; slot--) {
      free[freeCount++] = slot;
    }
  }

  /** Opens the engine, and writes the chunks that a job will want to find. */
  static EngineChannel open(
      JobSpec job,
      DeviceSpec spec,
      int chunkBytes,
      List<FileRegion> files,
      EngineAccess.Opener opener)
      throws EngineException {
    EngineChannel channel = new EngineChannel(files, chunkBytes, job.depth().depth());
    channel.access = opener.open(channel);
    channel.engine = channel.access.engine();
    try {
      channel.chunks.load(channel.engine);
      if (job.access().reads() || job.access().random()) {
        channel.layOut(spec, files, job);
      }
      return channel;
    } catch (EngineException | RuntimeException failed) {
      channel.access.close();
      throw failed;
    }
  }

  private void layOut(DeviceSpec spec, List<FileRegion> files, JobSpec job) throws EngineException {
    long buffer = Memory.allocate(chunkBytes);
    try {
      ChunkFiller filler = new ChunkFiller(buffer, chunkBytes, job.random().seed());
      int[] outcome = new int[1];
      for (int file = 0; file < files.size(); file++) {
        long end = files.get(file).endBytes();
        for (long offset = 0; offset < end; offset += chunkBytes) {
          int length = (int) Math.min(chunkBytes, end - offset);
          int chunk = chunks.chunkAt(file, offset);
          if (chunks.lengths[chunk] >= length) {
            continue;
          }
          if (!job.content().zeros()) {
            filler.fill();
          }
          outcome[0] = -Errno.EAGAIN;
          while (submit(Direction.WRITE, file, offset, length, buffer, 0) == FULL
              || await((tag, result) -> outcome[0] = result, 1, 1, Long.MAX_VALUE) == 0) {
            Thread.onSpinWait();
          }
          if (outcome[0] < 0) {
            throw new EngineException(
                -outcome[0],
                spec
                    + ": laying out "
                    + files.get(file).name()
                    + " at offset "
                    + offset
                    + " failed: "
                    + Errno.describe(-outcome[0]));
          }
        }
      }
    } finally {
      Memory.free(buffer, chunkBytes);
    }
  }

  @Override
  public long allocate(long lengthBytes) {
    long address = memory.allocate(lengthBytes);
    access.registerMemory(address, lengthBytes);
    return address;
  }

  @Override
  public int submit(
      Direction direction,
      int fileIndex,
      long offsetBytes,
      int lengthBytes,
      long address,
      long tag) {
    if (freeCount == 0) {
      return FULL;
    }
    int slot = free[--freeCount];
    tags[slot] = tag;
    chunkOf[slot] = chunks.chunkAt(fileIndex, offsetBytes);
    offsets[slot] = (int) (offsetBytes % chunkBytes);
    lengths[slot] = lengthBytes;
    addresses[slot] = address;
    prepared[slot] = false;
    return direction == Direction.READ ? read(slot) : write(slot);
  }

  private int read(int slot) {
    int chunk = chunkOf[slot];
    access.beforeRead();
    int status =
        engine.read(
            TARGET_ID,
            chunks.hi(chunk),
            chunks.lo(chunk),
            ChunkEngine.COMMITTED,
            offsets[slot],
            lengths[slot],
            addresses[slot],
            slot);
    access.afterRead();
    if (status == EngineStatus.BACK_PRESSURE) {
      free[freeCount++] = slot;
      return FULL;
    }
    if (status != EngineStatus.OK) {
      refuse(slot, status);
    }
    return ACCEPTED;
  }

  private int write(int slot) {
    int chunk = chunkOf[slot];
    if (chunks.busy[chunk]) {
      waitFor(chunk, slot);
    } else {
      chunks.busy[chunk] = true;
      advance(slot);
    }
    return ACCEPTED;
  }

  private void waitFor(int chunk, int slot) {
    nextWaiter[slot] = NOBODY;
    if (chunks.firstWaiter[chunk] == NOBODY) {
      chunks.firstWaiter[chunk] = slot;
    } else {
      nextWaiter[chunks.lastWaiter[chunk]] = slot;
    }
    chunks.lastWaiter[chunk] = slot;
  }

  /** Takes the next step of a write: prepare, or commit when that is done. */
  private void advance(int slot) {
    access.onUpdate();
    int status = prepared[slot] ? commit(slot) : prepare(slot);
    if (status == EngineStatus.BACK_PRESSURE) {
      hold(slot);
    } else if (status != EngineStatus.OK) {
      endWrite(slot, -errnoOf(status));
    } else if (prepared[slot]) {
      int chunk = chunkOf[slot];
      chunks.versions[chunk]++;
      chunks.lengths[chunk] = Math.max(chunks.lengths[chunk], offsets[slot] + lengths[slot]);
      endWrite(slot, lengths[slot]);
    }
  }

  private int prepare(int slot) {
    int chunk = chunkOf[slot];
    update.targetId = TARGET_ID;
    update.chunkHi = chunks.hi(chunk);
    update.chunkLo = chunks.lo(chunk);
    update.kind = ChunkUpdate.WRITE;
    update.offsetBytes = offsets[slot];
    update.lengthBytes = lengths[slot];
    update.dataAddress = addresses[slot];
    update.dataCrc32c = crc.of(addresses[slot], lengths[slot]);
    update.version = chunks.versions[chunk] + 1;
    update.chainVersion = CHAIN_VERSION;
    update.capacityBytes = chunkBytes;
    update.clientId = CLIENT_ID;
    update.sequence = ++sequence;
    return engine.prepare(update, slot);
  }

  private int commit(int slot) {
    int chunk = chunkOf[slot];
    long version = chunks.versions[chunk] + 1;
    return engine.commit(TARGET_ID, chunks.hi(chunk), chunks.lo(chunk), version, CHAIN_VERSION);
  }

  /** The write is over; the next one in line for its chunk may go. */
  private void endWrite(int slot, int result) {
    int chunk = chunkOf[slot];
    int next = chunks.firstWaiter[chunk];
    if (next == NOBODY) {
      chunks.busy[chunk] = false;
    } else {
      chunks.firstWaiter[chunk] = nextWaiter[next];
      hold(next);
    }
    complete(slot, result);
  }

  private void hold(int slot) {
    held[(heldHead + heldCount++) % held.length] = slot;
  }

  private void refuse(int slot, int status) {
    // Completions only come out of poll: the answer takes the way of a failed sync.
    lengths[slot] = -errnoOf(status);
    prepared[slot] = true;
    chunkOf[slot] = NOBODY;
    access.onUpdate();
    hold(slot);
  }

  private void complete(int slot, int result) {
    free[freeCount++] = slot;
    delivered++;
    completion.onCompletion(tags[slot], result);
  }

  @Override
  public int sync(int fileIndex, boolean dataOnly, long tag) {
    if (freeCount == 0) {
      return FULL;
    }
    int slot = free[freeCount - 1];
    access.onUpdate();
    int status = engine.sync(slot);
    if (status == EngineStatus.BACK_PRESSURE) {
      return FULL;
    }
    freeCount--;
    tags[slot] = tag;
    if (status != EngineStatus.OK) {
      refuse(slot, status);
    }
    return ACCEPTED;
  }

  @Override
  public void push() {
    // The engine pushes out what it has with each doWork.
  }

  @Override
  public int poll(Completion handler, int limit) {
    // The engine hands over all that it has.
    return poll(handler);
  }

  private int poll(Completion handler) {
    completion = handler;
    delivered = 0;
    resumeHeld();
    int work = engine.doWork();
    access.onWork(work + delivered);
    return delivered;
  }

  private void resumeHeld() {
    for (int i = heldCount; i > 0; i--) {
      int slot = held[heldHead];
      heldHead = (heldHead + 1) % held.length;
      heldCount--;
      if (chunkOf[slot] == NOBODY) {
        complete(slot, lengths[slot]);
      } else {
        advance(slot);
      }
    }
  }

  @Override
  public int await(Completion handler, int atLeast, int limit, long timeoutNs) {
    long fromNs = System.nanoTime();
    int total = 0;
    while (total < atLeast && freeCount < free.length) {
      access.pause(heldCount > 0);
      total += poll(handler);
      if (total < atLeast && System.nanoTime() - fromNs >= timeoutNs) {
        break;
      }
    }
    return total;
  }

  @Override
  public void onPrepared(long tag, int status, long digest, int lengthBytes) {
    int slot = (int) tag;
    if (status == EngineStatus.OK) {
      prepared[slot] = true;
      advance(slot);
    } else {
      endWrite(slot, -errnoOf(status));
    }
  }

  @Override
  public void onRead(long tag, int status, long version) {
    int slot = (int) tag;
    if (status < 0) {
      complete(slot, -errnoOf(status));
      return;
    }
    int shift = offsets[slot] % ChunkEngine.BLOCK_BYTES;
    if (shift != 0) {
      Memory.copy(addresses[slot] + shift, addresses[slot], status);
    }
    complete(slot, status);
  }

  @Override
  public void onSynced(long tag, int status) {
    complete((int) tag, status == EngineStatus.OK ? 0 : -errnoOf(status));
  }

  @Override
  public boolean inline() {
    return false;
  }

  @Override
  public void close() {
    access.close();
    memory.close();
  }

  private static int errnoOf(int status) {
    return switch (status) {
      case EngineStatus.NO_SPACE, EngineStatus.BUDGET_EXCEEDED -> Errno.ENOSPC;
      case EngineStatus.NO_SUCH_CHUNK -> Errno.ENOENT;
      case EngineStatus.BAD_ARGUMENT -> Errno.EINVAL;
      case EngineStatus.CHUNK_CORRUPT, EngineStatus.PAYLOAD_CORRUPT -> Errno.EILSEQ;
      default -> Errno.EIO;
    };
  }
}
