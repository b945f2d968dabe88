package io.luciola.fuse;

import java.util.concurrent.TimeUnit;

/**
 * How to mount.
 *
 * @param source what the mount table shows as mounted
 * @param readOnly whether the kernel refuses changes
 * @param attrTimeoutNs how long the kernel may believe attributes without asking
 * @param entryTimeoutNs how long the kernel may believe a name without asking
 * @param threads worker threads, 1 to 256
 * @param maxReadBytes most bytes of one read request: a multiple of 4096, at most {@link
 *     #MAX_TRANSFER_BYTES}
 */
public record MountOptions(
    String source,
    boolean readOnly,
    long attrTimeoutNs,
    long entryTimeoutNs,
    int threads,
    int maxReadBytes) {

  /** Most bytes of one read or write request. */
  public static final int MAX_TRANSFER_BYTES = 1 << 20;

  /** Checks the ranges. */
  public MountOptions {
    if (attrTimeoutNs < 0 || entryTimeoutNs < 0) {
      throw new IllegalArgumentException("attr_timeout and entry_timeout must not be negative");
    }
    if (threads < 1 || threads > 256) {
      throw new IllegalArgumentException("threads must be 1 to 256, not " + threads);
    }
    if (maxReadBytes < 4096 || maxReadBytes > MAX_TRANSFER_BYTES || maxReadBytes % 4096 != 0) {
      throw new IllegalArgumentException(
          "max_read must be a multiple of 4096 up to "
              + MAX_TRANSFER_BYTES
              + ", not "
              + maxReadBytes);
    }
  }

  /** Read and write, timeouts of a second, 1 MiB requests, two threads per core up to eight. */
  public static MountOptions defaults(String source) {
    long second = TimeUnit.SECONDS.toNanos(1);
    int threads = Math.min(8, 2 * Runtime.getRuntime().availableProcessors());
    return new MountOptions(source, false, second, second, threads, MAX_TRANSFER_BYTES);
  }

  /** The same, but read-only or not. */
  public MountOptions withReadOnly(boolean value) {
    return new MountOptions(source, value, attrTimeoutNs, entryTimeoutNs, threads, maxReadBytes);
  }

  /** The same with another time to believe attributes. */
  public MountOptions withAttrTimeoutNs(long value) {
    return new MountOptions(source, readOnly, value, entryTimeoutNs, threads, maxReadBytes);
  }

  /** The same with another time to believe names. */
  public MountOptions withEntryTimeoutNs(long value) {
    return new MountOptions(source, readOnly, attrTimeoutNs, value, threads, maxReadBytes);
  }

  /** The same with another number of threads. */
  public MountOptions withThreads(int value) {
    return new MountOptions(source, readOnly, attrTimeoutNs, entryTimeoutNs, value, maxReadBytes);
  }

  /** The same with another bound of read requests. */
  public MountOptions withMaxReadBytes(int value) {
    return new MountOptions(source, readOnly, attrTimeoutNs, entryTimeoutNs, threads, value);
  }

  /** The same with another name in the mount table. */
  public MountOptions withSource(String value) {
    return new MountOptions(value, readOnly, attrTimeoutNs, entryTimeoutNs, threads, maxReadBytes);
  }
}
