package io.luciola.blockstore.device.spdk;

import io.luciola.spdk.Spdk;
import io.luciola.spdk.SpdkException;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory of ours that drives may reach. SPDK knows one registration per range and process; devices
 * that use the same memory share it here.
 */
final class RegisteredMemory {

  /** SPDK registers whole units of this size. */
  static final long UNIT_BYTES = 2L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(RegisteredMemory.class);

  private final Spdk spdk;
  private final Map<Range, Integer> users = new HashMap<>();

  /**
   * A range of memory.
   *
   * @param address a multiple of {@link #UNIT_BYTES}
   * @param lengthBytes a multiple of {@link #UNIT_BYTES}; 0 when nothing is registered
   */
  record Range(long address, long lengthBytes) {

    static final Range NONE = new Range(0, 0);

    /** The units that lie wholly inside. */
    static Range within(long address, long lengthBytes) {
      long first = (address + UNIT_BYTES - 1) & -UNIT_BYTES;
      long end = (address + lengthBytes) & -UNIT_BYTES;
      return first < end ? new Range(first, end - first) : NONE;
    }

    boolean isNone() {
      return lengthBytes == 0;
    }
  }

  RegisteredMemory(Spdk spdk) {
    this.spdk = spdk;
  }

  /** Registers a range, or counts one more user of it; false when the machine refuses. */
  synchronized boolean add(Range range) {
    Integer count = users.get(range);
    if (count == null) {
      try {
        spdk.register(range.address(), range.lengthBytes());
      } catch (SpdkException | IllegalArgumentException refused) {
        LOG.warn(
            "{} bytes of I/O memory cannot be registered for drives, so that they are copied: {}."
                + " Is there memory to lock (ulimit -l), and is no part of it registered already?",
            range.lengthBytes(),
            refused.getMessage());
        return false;
      }
    }
    users.put(range, count == null ? 1 : count + 1);
    return true;
  }

  /** One user less; the last one ends the registration. */
  synchronized void remove(Range range) {
    int left = users.merge(range, -1, Integer::sum);
    if (left == 0) {
      users.remove(range);
      spdk.unregister(range.address(), range.lengthBytes());
    }
  }
}
