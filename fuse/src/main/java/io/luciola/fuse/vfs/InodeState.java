package io.luciola.fuse.vfs;

import io.luciola.cluster.client.KnownLayout;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.meta.proto.Caller;
import io.luciola.cluster.meta.proto.Inode;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;

/**
 * What this mount knows about a regular file that is open here: how long it is, counting writes
 * which Meta has not heard of yet.
 *
 * <p>Locks, in the order in which they may be taken:
 *
 * <ol>
 *   <li>{@code appending}: held by one append at a time, over its data transfer;
 *   <li>{@code truncation}: shared by writes over their data transfer, exclusive for a change of
 *       the length, so that no write lands in chunks that are being cut;
 *   <li>{@code metadata}: held over calls to Meta which carry this file's length or times;
 *   <li>this object's monitor: guards the fields, held for a few instructions, never over I/O.
 * </ol>
 *
 * <p>Reads take no lock: length and layout are volatile. The layout asks Meta by itself when an I/O
 * needs more of it, and takes no lock of these then.
 */
final class InodeState {

  /** A local clock this much behind a file's time is taken to be right, and the time wrong. */
  private static final long SKEW_NS = TimeUnit.SECONDS.toNanos(1);

  private final long inode;
  private final KnownLayout layout;
  private final ReentrantLock appending = new ReentrantLock();
  private final StampedLock truncation = new StampedLock();
  private final ReentrantLock metadata = new ReentrantLock();

  private volatile long lengthBytes;
  private int truncateVersion;
  private long mtimeNs;
  private long writes;
  private long pushedWrites;

  InodeState(Namespace namespace, Inode attributes) {
    inode = attributes.getId();
    layout = new KnownLayout(namespace, attributes);
    lengthBytes = attributes.getLengthBytes();
    truncateVersion = attributes.getTruncateVersion();
    mtimeNs = attributes.getMtimeNs();
  }

  long inode() {
    return inode;
  }

  KnownLayout layout() {
    return layout;
  }

  long lengthBytes() {
    return lengthBytes;
  }

  /** No byte may lie at or beyond this offset. */
  long maxLengthBytes() {
    return (long) layout.layout().chunkSizeBytes() * Integer.MAX_VALUE;
  }

  ReentrantLock appending() {
    return appending;
  }

  StampedLock truncation() {
    return truncation;
  }

  ReentrantLock metadata() {
    return metadata;
  }

  /** Notes a finished write that ended at an offset. */
  synchronized void wrote(long endBytes, long nowNs) {
    if (endBytes > lengthBytes) {
      lengthBytes = endBytes;
    }
    // Two writes within a tick of the clock must not share a time: others judge caches by it.
    boolean clockIsAhead = nowNs > mtimeNs || mtimeNs - nowNs > SKEW_NS;
    mtimeNs = clockIsAhead ? nowNs : mtimeNs + 1;
    writes++;
  }

  /** Takes over what Meta says, unless it is older than what is known here. */
  synchronized void adopt(Inode attributes) {
    layout.adopt(attributes);
    int newer = Integer.compareUnsigned(attributes.getTruncateVersion(), truncateVersion);
    if (newer > 0) {
      truncateVersion = attributes.getTruncateVersion();
      lengthBytes = attributes.getLengthBytes();
    } else if (newer == 0 && attributes.getLengthBytes() > lengthBytes) {
      lengthBytes = attributes.getLengthBytes();
    }
    if (writes == pushedWrites) {
      mtimeNs = attributes.getMtimeNs();
    }
  }

  /** Takes over what Meta says after a change of the length made here. */
  synchronized void adoptNewLength(Inode attributes) {
    layout.adopt(attributes);
    truncateVersion = attributes.getTruncateVersion();
    lengthBytes = attributes.getLengthBytes();
    mtimeNs = attributes.getMtimeNs();
    pushedWrites = writes;
  }

  /** Meta's attributes with what was written here since. */
  synchronized Inode overlay(Inode attributes) {
    adopt(attributes);
    if (writes == pushedWrites) {
      return attributes;
    }
    return attributes.toBuilder()
        .setLengthBytes(lengthBytes)
        .setMtimeNs(mtimeNs)
        .setCtimeNs(Math.max(mtimeNs, attributes.getCtimeNs()))
        .build();
  }

  /** What Meta is to hear. */
  synchronized Progress progress() {
    return new Progress(lengthBytes, truncateVersion, mtimeNs, writes, writes != pushedWrites);
  }

  /** Meta has heard of it. */
  synchronized void pushed(Progress progress) {
    pushedWrites = Math.max(pushedWrites, progress.writes);
  }

  /** Tells Meta of writes it has not heard of; on return they are durable. */
  void push(Namespace namespace, Caller caller) {
    metadata.lock();
    try {
      Progress progress = progress();
      if (progress.unknownToMeta) {
        Inode attributes =
            namespace.syncLength(
                caller, inode, progress.lengthBytes, progress.truncateVersion, progress.mtimeNs);
        pushed(progress);
        adopt(attributes);
      }
    } finally {
      metadata.unlock();
    }
  }

  /**
   * A moment's view of a file's growth.
   *
   * @param unknownToMeta whether there were writes since the last push
   */
  record Progress(
      long lengthBytes, int truncateVersion, long mtimeNs, long writes, boolean unknownToMeta) {}
}
