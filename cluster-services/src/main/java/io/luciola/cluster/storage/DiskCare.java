package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.cluster.routing.RoutingTable;

/** Looks after a node's disks beside the I/O. Called by the node's thread, and must not block. */
public interface DiskCare {

  /** For a node whose disks are looked after by nobody, as in tests of the data path. */
  DiskCare NONE =
      new DiskCare() {
        @Override
        public void onConnected(Disk disk, ChunkEngine engine) {}

        @Override
        public void onFailed(Disk disk, String reason) {}

        @Override
        public void look(RoutingTable routing) {}
      };

  /** The node has taken a disk in; what else is asked of its engine goes this way. */
  void onConnected(Disk disk, ChunkEngine engine);

  /** A disk has failed: nothing may be asked of its engine any more. */
  void onFailed(Disk disk, String reason);

  /** It is time to look: a second has passed, or the routing map or a disk has changed. */
  void look(RoutingTable routing);
}
