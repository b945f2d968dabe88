package io.luciola.fio.engine.cluster;

import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.KnownLayout;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.client.ReadMode;
import io.luciola.cluster.meta.proto.OpenResponse;
import io.luciola.fio.engine.ChannelMemory;
import io.luciola.fio.engine.Direction;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.engine.IoChannel;
import io.luciola.fio.engine.cluster.ClusterConnector.Connection;
import java.util.List;
import java.util.OptionalLong;

/**
 * One thread's data path. A write is durable on all replicas when it completes, so a sync has only
 * the file's length to record.
 */
final class ClusterChannel implements IoChannel {

  private final Connection connection;
  private final ClusterFiles names;
  private final DataPath path;
  private final OpenResponse[] files;
  private final KnownLayout[] layouts;
  private final long[] inodes;
  private final long[] lengths;
  private final boolean writing;
  private final ReadMode readMode;
  private final ChannelMemory memory = new ChannelMemory();

  // What was done, or refused, when it was submitted, and is still to be handed over.
  private long doneTag;
  private int doneResult;
  private boolean done;

  // One object for all polls, so that none is made per poll.
  private Completion receiver = (tag, result) -> {};
  private final DataPath.Completion forward = (tag, result) -> receiver.onCompletion(tag, result);

  ClusterChannel(
      Connection connection, List<FileRegion> regions, boolean writing, ReadMode readMode) {
    this.connection = connection;
    this.names = new ClusterFiles(connection);
    this.writing = writing;
    this.readMode = readMode;
    files = new OpenResponse[regions.size()];
    layouts = new KnownLayout[regions.size()];
    inodes = new long[regions.size()];
    lengths = new long[regions.size()];
    for (int i = 0; i < files.length; i++) {
      files[i] = names.open(regions.get(i).name(), writing);
      layouts[i] = new KnownLayout(connection.namespace(), files[i].getInode());
      inodes[i] = files[i].getInode().getId();
      lengths[i] = files[i].getInode().getLengthBytes();
    }
    path = connection.openDataPath();
  }

  @Override
  public long allocate(long lengthBytes) {
    return memory.allocate(lengthBytes);
  }

  @Override
  public int submit(
      Direction direction,
      int fileIndex,
      long offsetBytes,
      int lengthBytes,
      long address,
      long tag) {
    FileLayout layout;
    try {
      layout = layoutFor(direction, fileIndex, offsetBytes, lengthBytes);
    } catch (PosixException failed) {
      return done(tag, -failed.errno());
    }
    long inode = inodes[fileIndex];
    if (direction == Direction.READ) {
      return status(path.read(layout, inode, offsetBytes, lengthBytes, address, tag, readMode));
    }
    int status = status(path.write(layout, inode, offsetBytes, lengthBytes, address, tag));
    if (status == ACCEPTED) {
      lengths[fileIndex] = Math.max(lengths[fileIndex], offsetBytes + lengthBytes);
    }
    return status;
  }

  /** Asks Meta only where the layout that is known does not reach. */
  private FileLayout layoutFor(
      Direction direction, int fileIndex, long offsetBytes, int lengthBytes) {
    KnownLayout layout = layouts[fileIndex];
    if (direction == Direction.WRITE) {
      return layout.forWrite(offsetBytes, lengthBytes);
    }
    boolean mayHaveData = offsetBytes < lengths[fileIndex];
    return mayHaveData ? layout.forRead(offsetBytes, lengthBytes) : layout.layout();
  }

  private int done(long tag, int result) {
    if (done) {
      return FULL;
    }
    done = true;
    doneTag = tag;
    doneResult = result;
    return ACCEPTED;
  }

  private static int status(int pathStatus) {
    return pathStatus == DataPath.ACCEPTED ? ACCEPTED : FULL;
  }

  @Override
  public int sync(int fileIndex, boolean dataOnly, long tag) {
    if (done) {
      return FULL;
    }
    int result = 0;
    try {
      names.syncLength(files[fileIndex], lengths[fileIndex]);
    } catch (PosixException failed) {
      result = -failed.errno();
    }
    return done(tag, result);
  }

  @Override
  public void push() {
    // The data path sends what it has with each poll.
  }

  @Override
  public int poll(Completion completion, int limit) {
    receiver = completion;
    return deliverDone(completion) + path.poll(forward);
  }

  @Override
  public int await(Completion completion, int atLeast, int limit, long timeoutNs) {
    receiver = completion;
    int delivered = deliverDone(completion);
    if (delivered < atLeast && path.inFlight() > 0) {
      delivered += path.await(forward, timeoutNs);
    }
    return delivered;
  }

  private int deliverDone(Completion completion) {
    if (!done) {
      return 0;
    }
    done = false;
    completion.onCompletion(doneTag, doneResult);
    return 1;
  }

  @Override
  public boolean inline() {
    return false;
  }

  @Override
  public void close() {
    try (connection) {
      path.close();
      for (int i = 0; i < files.length; i++) {
        names.close(files[i], writing ? OptionalLong.of(lengths[i]) : OptionalLong.empty());
      }
    } finally {
      memory.close();
    }
  }
}
