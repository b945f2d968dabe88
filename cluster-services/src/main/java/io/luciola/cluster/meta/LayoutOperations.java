package io.luciola.cluster.meta;

import io.luciola.blockstore.linux.Errno;
import io.luciola.chaintable.FileLayout;
import io.luciola.chaintable.allocation.FileGrowth;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.kv.Transaction;
import io.luciola.cluster.meta.proto.DirectoryLayout;
import io.luciola.cluster.meta.proto.GrowLayoutRequest;
import io.luciola.cluster.meta.proto.InodeRequest;
import io.luciola.cluster.meta.proto.InodeResponse;
import io.luciola.cluster.meta.proto.LayoutOrigin;
import io.luciola.cluster.meta.proto.SetDirectoryLayoutRequest;

/**
 * Where the chunks of files go: layouts of new files, how they grow, and what directories say about
 * it. Conflicts on the inode.
 */
final class LayoutOperations {

  private final ChainAllocator chains;
  private final WallClock clock;

  LayoutOperations(ChainAllocator chains, WallClock clock) {
    this.chains = chains;
    this.clock = clock;
  }

  /** Gives a new regular file its first segment, as its directory says. */
  void begin(InodeRecord directory, InodeRecord file) {
    LayoutDefaults defaults = chains.defaults();
    file.stripe = directory.stripe == 0 ? defaults.stripe() : directory.stripe;
    int chunkSizeBytes =
        directory.newChunkSizeBytes == 0 ? defaults.chunkSizeBytes() : directory.newChunkSizeBytes;
    file.layout = grown(new FileLayout(chunkSizeBytes), file.stripe, 0);
  }

  /** Lets a new directory say what its parent says. */
  static void inherit(InodeRecord parent, InodeRecord directory) {
    directory.stripe = parent.stripe;
    directory.newChunkSizeBytes = parent.newChunkSizeBytes;
  }

  /** Changes nothing where the chunk is covered, so that a repeat is harmless. */
  InodeResponse grow(Transaction tx, GrowLayoutRequest request) {
    InodeRecord inode = InodeTable.load(tx, request.getInode());
    AttributeOperations.requireRegular(inode);
    FileLayout layout = inode.layout;
    long chunk = request.getChunkIndex();
    if (chunk < 0 || chunk >= FileLayout.MOST_CHUNKS) {
      throw new PosixException(
          Errno.EFBIG,
          "inode "
              + inode.id
              + " cannot have a chunk "
              + Long.toUnsignedString(chunk)
              + "; the last one is "
              + (FileLayout.MOST_CHUNKS - 1));
    }
    if (chunk >= layout.endChunk()) {
      inode.layout = grown(layout, inode.stripe, chunk);
      // The writer may die before it tells how far it came.
      inode.reachBytes = Math.max(inode.reachBytes, (chunk + 1) * layout.chunkSizeBytes());
      InodeTable.save(tx, inode);
    }
    return LookupOperations.response(tx, inode);
  }

  private FileLayout grown(FileLayout layout, int stripe, long chunk) {
    int count = chains.count();
    int most = count == 0 ? stripe : Math.min(stripe, count);
    FileLayout longer = FileGrowth.grow(layout, most, chunk, chains::chains);
    if (longer == null) {
      throw new PosixException(Errno.ENOSPC, "no chain has room for a chunk");
    }
    return longer;
  }

  DirectoryLayout setDirectoryLayout(Transaction tx, SetDirectoryLayoutRequest request) {
    InodeRecord directory = InodeTable.loadDirectory(tx, request.getInode());
    if (request.hasChunkSizeBytes()) {
      directory.newChunkSizeBytes = requireChunkSize(request.getChunkSizeBytes());
      directory.ownChunkSize = directory.newChunkSizeBytes != 0;
    }
    if (request.hasStripe()) {
      directory.stripe = requireStripe(request.getStripe());
      directory.ownStripe = directory.stripe != 0;
    }
    directory.ctimeNs = clock.nowNs();
    InodeTable.save(tx, directory);
    return toProto(directory);
  }

  DirectoryLayout directoryLayout(Transaction tx, InodeRequest request) {
    return toProto(InodeTable.loadDirectory(tx, request.getInode()));
  }

  private static int requireChunkSize(int bytes) {
    if (bytes == 0 || FileLayout.isChunkSize(bytes)) {
      return bytes;
    }
    throw new PosixException(
        Errno.EINVAL,
        "a chunk size is a power of two from 4 KiB to 64 MiB, not "
            + Integer.toUnsignedString(bytes)
            + " bytes");
  }

  private static int requireStripe(int stripe) {
    if (stripe >= 0 && stripe <= FileGrowth.MOST_STRIPE) {
      return stripe;
    }
    throw new PosixException(
        Errno.EINVAL,
        "a stripe is of 1 to "
            + FileGrowth.MOST_STRIPE
            + " chains, not "
            + Integer.toUnsignedString(stripe));
  }

  private DirectoryLayout toProto(InodeRecord directory) {
    LayoutDefaults defaults = chains.defaults();
    boolean ofCluster = directory.newChunkSizeBytes == 0;
    return DirectoryLayout.newBuilder()
        .setChunkSizeBytes(ofCluster ? defaults.chunkSizeBytes() : directory.newChunkSizeBytes)
        .setChunkSizeOrigin(origin(ofCluster, directory.ownChunkSize))
        .setStripe(directory.stripe == 0 ? defaults.stripe() : directory.stripe)
        .setStripeOrigin(origin(directory.stripe == 0, directory.ownStripe))
        .build();
  }

  private static LayoutOrigin origin(boolean ofCluster, boolean own) {
    if (ofCluster) {
      return LayoutOrigin.CLUSTER;
    }
    return own ? LayoutOrigin.OWN : LayoutOrigin.INHERITED;
  }
}
