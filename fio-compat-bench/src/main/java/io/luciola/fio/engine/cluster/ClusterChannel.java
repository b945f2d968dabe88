package io.luciola.fio.engine.cluster;

import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.DataPath;
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
  private final FileLayout[] layouts;
  private final long[] inodes;
  private final long[] lengths;
  private final boolean writing;
  private final ReadMode readMode;
  private final ChannelMemory memory = new ChannelMemory();
  private long syncTag;
  private int syncResult;
  private boolean synced;

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
    layouts = new FileLayout[regions.size()];
    inodes = new long[regions.size()];
    lengths = new long[regions.size()];
    for (int i = 0; i < files.length; i++) {
      files[i] = names.open(regions.get(i).name(), writing);
      layouts[i] = ClusterFiles.layoutOf(files[i].getInode());
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
    FileLayout layout = layouts[fileIndex];
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

  private static int status(int pathStatus) {
    return pathStatus == DataPath.ACCEPTED ? ACCEPTED : FULL;
  }

  @Override
  public int sync(int fileIndex, boolean dataOnly, long tag) {
    if (synced) {
      return FULL;
    }
    synced = true;
    syncTag = tag;
    syncResult = 0;
    try {
      names.syncLength(files[fileIndex], lengths[fileIndex]);
    } catch (PosixException failed) {
      syncResult = -failed.errno();
    }
    return ACCEPTED;
  }

  @Override
  public void push() {
    // The data path sends what it has with each poll.
  }

  @Override
  public int poll(Completion completion, int limit) {
    receiver = completion;
    return deliverSync(completion) + path.poll(forward);
  }

  @Override
  public int await(Completion completion, int atLeast, int limit, long timeoutNs) {
    receiver = completion;
    int delivered = deliverSync(completion);
    if (delivered < atLeast && path.inFlight() > 0) {
      delivered += path.await(forward, timeoutNs);
    }
    return delivered;
  }

  private int deliverSync(Completion completion) {
    if (!synced) {
      return 0;
    }
    synced = false;
    completion.onCompletion(syncTag, syncResult);
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
