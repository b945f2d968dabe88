package io.luciola.fuse.fake;

import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.ReadMode;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.StampedLock;

/** Chunks of files off-heap; reads and writes of chunks that exist allocate nothing. */
public final class MemoryChunks {

  private static final int MAX_INODES = 1 << 16;

  private final AtomicReferenceArray<FileChunks> files = new AtomicReferenceArray<>(MAX_INODES);

  /** When not 0, what every read and write answers. */
  private volatile int fault;

  /** A data path for a thread. */
  public DataPath openDataPath() {
    return new Path();
  }

  /** Lets every read and write fail with a negative errno, or (0) work again. */
  public void failWith(int negativeErrno) {
    fault = negativeErrno;
  }

  /** Chunks that a file has. */
  public int chunksOf(long inode) {
    return (int) Arrays.stream(file(inode).addresses).filter(address -> address != 0).count();
  }

  private FileChunks file(long inode) {
    FileChunks file = files.get((int) inode);
    if (file == null) {
      files.compareAndSet((int) inode, null, new FileChunks());
      file = files.get((int) inode);
    }
    return file;
  }

  private static final class FileChunks {

    private final StampedLock lock = new StampedLock();
    private volatile long[] addresses = new long[0];

    private long addressOf(int chunk) {
      long[] current = addresses;
      return chunk < current.length ? current[chunk] : 0;
    }

    /** Makes sure that a chunk is there. */
    private void ensure(int chunk, int chunkSizeBytes) {
      if (addressOf(chunk) != 0) {
        return;
      }
      long stamp = lock.writeLock();
      try {
        if (addressOf(chunk) == 0) {
          long[] grown = Arrays.copyOf(addresses, Math.max(addresses.length, chunk + 1));
          grown[chunk] = Memory.allocate(chunkSizeBytes);
          addresses = grown;
        }
      } finally {
        lock.unlockWrite(stamp);
      }
    }

    private void cut(FileLayout layout, long newLengthBytes) {
      int size = layout.chunkSizeBytes();
      long stamp = lock.writeLock();
      try {
        long[] kept = addresses.clone();
        for (int i = 0; i < kept.length; i++) {
          long start = (long) i * size;
          if (kept[i] != 0 && newLengthBytes <= start) {
            Memory.free(kept[i], size);
            kept[i] = 0;
          } else if (kept[i] != 0 && newLengthBytes < start + size) {
            long keep = newLengthBytes - start;
            Memory.fill(kept[i] + keep, size - keep, (byte) 0);
          }
        }
        addresses = kept;
      } finally {
        lock.unlockWrite(stamp);
      }
    }
  }

  /** Serves the blocking calls, which are all that a mount uses. */
  private final class Path implements DataPath {

    @Override
    public int readNow(
        FileLayout layout, long inode, long offsetBytes, int lengthBytes, long address) {
      if (fault != 0) {
        return fault;
      }
      FileChunks file = file(inode);
      long stamp = file.lock.readLock();
      try {
        int done = 0;
        while (done < lengthBytes) {
          int chunk = layout.chunkIndex(offsetBytes + done);
          int within = (int) ((offsetBytes + done) % layout.chunkSizeBytes());
          int part = Math.min(lengthBytes - done, layout.chunkSizeBytes() - within);
          long source = file.addressOf(chunk);
          if (source == 0) {
            Memory.fill(address + done, part, (byte) 0);
          } else {
            Memory.copy(source + within, address + done, part);
          }
          done += part;
        }
        return done;
      } finally {
        file.lock.unlockRead(stamp);
      }
    }

    @Override
    public int writeNow(
        FileLayout layout, long inode, long offsetBytes, int lengthBytes, long address) {
      if (fault != 0) {
        return fault;
      }
      if (offsetBytes + lengthBytes > layout.endBytes()) {
        throw new IllegalArgumentException("a write behind the layout");
      }
      FileChunks file = file(inode);
      int done = 0;
      while (done < lengthBytes) {
        int chunk = layout.chunkIndex(offsetBytes + done);
        int within = (int) ((offsetBytes + done) % layout.chunkSizeBytes());
        int part = Math.min(lengthBytes - done, layout.chunkSizeBytes() - within);
        file.ensure(chunk, layout.chunkSizeBytes());
        long stamp = file.lock.readLock();
        try {
          Memory.copy(address + done, file.addressOf(chunk) + within, part);
        } finally {
          file.lock.unlockRead(stamp);
        }
        done += part;
      }
      return done;
    }

    @Override
    public int cutNow(FileLayout layout, long inode, long oldLengthBytes, long newLengthBytes) {
      if (fault != 0) {
        return fault;
      }
      file(inode).cut(layout, newLengthBytes);
      return 0;
    }

    @Override
    public int read(
        FileLayout layout,
        long inode,
        long offsetBytes,
        int lengthBytes,
        long address,
        long tag,
        ReadMode mode) {
      throw new UnsupportedOperationException("the mount only makes blocking calls");
    }

    @Override
    public int write(
        FileLayout layout, long inode, long offsetBytes, int lengthBytes, long address, long tag) {
      throw new UnsupportedOperationException("the mount only makes blocking calls");
    }

    @Override
    public int cut(
        FileLayout layout, long inode, long oldLengthBytes, long newLengthBytes, long tag) {
      throw new UnsupportedOperationException("the mount only makes blocking calls");
    }

    @Override
    public int poll(Completion completion) {
      return 0;
    }

    @Override
    public int await(Completion completion, long timeoutNs) {
      return 0;
    }

    @Override
    public int inFlight() {
      return 0;
    }

    @Override
    public void close() {}
  }
}
