package io.luciola.fio.engine;

import io.luciola.blockstore.linux.Memory;

/** A channel's I/O buffers: page-aligned, touched, and freed with the channel. */
public final class ChannelMemory implements AutoCloseable {

  private long address;
  private long lengthBytes;

  /** Nothing is allocated yet. */
  public ChannelMemory() {}

  /**
   * Allocates; once.
   *
   * @return the address, aligned to 4096 bytes
   */
  public long allocate(long bytes) {
    if (lengthBytes != 0) {
      throw new IllegalStateException("a channel's memory is allocated once");
    }
    address = Memory.allocate(bytes);
    lengthBytes = bytes;
    Memory.pretouch(address, bytes);
    return address;
  }

  /** Frees what was allocated. */
  @Override
  public void close() {
    if (lengthBytes != 0) {
      Memory.free(address, lengthBytes);
      lengthBytes = 0;
    }
  }
}
