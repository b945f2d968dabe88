package io.luciola.cluster.config;

import io.luciola.blockstore.agent.IdleMode;
import io.luciola.blockstore.agent.ThreadingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of a storage node.
 *
 * @param nodeId its number in the cluster, different from every other node's
 * @param listen where it serves the data plane; port 0 takes a free one, clients learn it from
 *     Mgmtd
 * @param mgmtd addresses of the cluster's Mgmtds
 * @param disks devices: {@code uring:/dev/nvme0n1}, {@code uring:/data/disk0}, {@code memory:4GiB},
 *     {@code spdk:0000:65:00.0}, {@code spdk:tcp://host:port/nqn}
 * @param diskSize size of a disk file that does not exist yet; without it a missing file is an
 *     error
 * @param formatEmpty whether a disk that carries no Luciola format is formatted
 * @param threading {@code shared}: one thread for network and disks, the default; {@code
 *     dedicated}: each disk's engine has a thread of its own
 * @param idle what a disk's own thread does when there is nothing to do: {@code block}, the
 *     default, {@code backoff}, {@code yield} or {@code busy-spin}
 * @param discard whether disks are told of freed space; without it block devices are, files keep
 *     the space they have
 * @param zone what fails together with other nodes, such as a rack: replicas of a chain lie in
 *     different ones where there are enough; named for all storage nodes or for none
 */
public record StorageConfig(
    int nodeId,
    HostPort listen,
    List<HostPort> mgmtd,
    List<String> disks,
    @Nullable String diskSize,
    boolean formatEmpty,
    @Nullable String threading,
    @Nullable String idle,
    @Nullable Boolean discard,
    @Nullable String zone) {

  /** Checks that nothing is missing. */
  public StorageConfig {
    Required.key("listen", listen);
    Required.key("mgmtd", mgmtd);
    Required.key("disks", disks);
    if (nodeId < 1) {
      throw new IllegalArgumentException("node-id must be at least 1, not " + nodeId);
    }
    if (disks.isEmpty()) {
      throw new IllegalArgumentException("a storage node needs at least one disk");
    }
    if (threadingOf(threading) == ThreadingMode.INVOKER) {
      throw new IllegalArgumentException(
          "threading of a storage node must be shared or dedicated, not " + threading);
    }
    if (idle != null && threadingOf(threading) != ThreadingMode.DEDICATED) {
      throw new IllegalArgumentException("idle goes with threading = \"dedicated\" only");
    }
    idleOf(idle);
  }

  /** Whose threads run the disks' engines. */
  public ThreadingMode threadingMode() {
    return threadingOf(threading);
  }

  /** How the disks' own threads idle, when they have some. */
  public IdleMode idleMode() {
    return idleOf(idle);
  }

  private static ThreadingMode threadingOf(@Nullable String name) {
    return name == null ? ThreadingMode.SHARED : ThreadingMode.parse(name);
  }

  private static IdleMode idleOf(@Nullable String name) {
    return name == null ? IdleMode.BLOCK : IdleMode.parse(name);
  }
}
