package io.luciola.fuse.vfs;

import static io.luciola.blockstore.linux.Errno.EFBIG;
import static io.luciola.blockstore.linux.Errno.EINVAL;

import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.meta.proto.Caller;
import java.time.InstantSource;

/** An open regular file: moves data between memory and chunks. */
final class OpenFile {

  private final InodeState state;
  private final Caller opener;
  private final long sessionId;
  private final InstantSource clock;

  OpenFile(InodeState state, Caller opener, long sessionId, InstantSource clock) {
    this.state = state;
    this.opener = opener;
    this.sessionId = sessionId;
    this.clock = clock;
  }

  InodeState state() {
    return state;
  }

  Caller opener() {
    return opener;
  }

  long sessionId() {
    return sessionId;
  }

  /** Bytes read, fewer at the end of the file, or a negative errno. */
  int read(DataPath path, long offsetBytes, int lengthBytes, long address) {
    if (offsetBytes < 0 || lengthBytes < 0) {
      return -EINVAL;
    }
    long available = state.lengthBytes() - offsetBytes;
    if (available <= 0 || lengthBytes == 0) {
      return 0;
    }
    int wanted = (int) Math.min(lengthBytes, available);
    FileLayout layout;
    try {
      layout = state.layout().forRead(offsetBytes, wanted);
    } catch (PosixException failed) {
      return -failed.errno();
    }
    return path.readNow(layout, state.inode(), offsetBytes, wanted, address);
  }

  /** Bytes written, or a negative errno. */
  int write(DataPath path, long offsetBytes, int lengthBytes, long address, boolean append) {
    if (!append) {
      return writeAt(path, offsetBytes, lengthBytes, address);
    }
    state.appending().lock();
    try {
      // The kernel's idea of the end may be behind ours.
      long end = Math.max(offsetBytes, state.lengthBytes());
      return writeAt(path, end, lengthBytes, address);
    } finally {
      state.appending().unlock();
    }
  }

  private int writeAt(DataPath path, long offsetBytes, int lengthBytes, long address) {
    if (offsetBytes < 0 || lengthBytes < 0) {
      return -EINVAL;
    }
    if (offsetBytes > state.maxLengthBytes() - lengthBytes) {
      return -EFBIG;
    }
    if (lengthBytes == 0) {
      return 0;
    }
    FileLayout layout;
    try {
      layout = state.layout().forWrite(offsetBytes, lengthBytes);
    } catch (PosixException failed) {
      return -failed.errno();
    }
    long stamp = state.truncation().readLock();
    try {
      int written = path.writeNow(layout, state.inode(), offsetBytes, lengthBytes, address);
      if (written > 0) {
        state.wrote(offsetBytes + written, clock.millis() * 1_000_000);
      }
      return written;
    } finally {
      state.truncation().unlockRead(stamp);
    }
  }
}
