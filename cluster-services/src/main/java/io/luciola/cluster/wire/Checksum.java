package io.luciola.cluster.wire;

import io.luciola.blockstore.linux.Memory;
import java.util.zip.CRC32C;

/** CRC32C over absolute memory; one per thread, because it is reused. */
public final class Checksum {

  private final CRC32C crc = new CRC32C();

  /** Made once by each owner. */
  public Checksum() {}

  /** CRC32C of a range; 0 for an empty one. */
  public int crc32c(long address, int lengthBytes) {
    if (lengthBytes == 0) {
      return 0;
    }
    crc.reset();
    crc.update(Memory.ALL.asSlice(address, lengthBytes).asByteBuffer());
    return (int) crc.getValue();
  }
}
