package io.luciola.cluster.cli.admin.chunks;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.chaintable.PublicTargetState;
import org.jspecify.annotations.Nullable;

/**
 * What one target has of a chunk.
 *
 * @param present whether anything is committed; what follows is 0 where nothing is
 * @param differs whether a target that serves has something else than the chain's tail
 * @param problem why it cannot be said, or what is wrong beyond that; null when nothing
 */
record ReplicaView(
    long target,
    int node,
    PublicTargetState state,
    boolean present,
    long committedVersion,
    long pendingVersion,
    int lengthBytes,
    String digest,
    boolean differs,
    @Nullable String problem) {

  static ReplicaView of(long target, int node, PublicTargetState state, @Nullable ChunkStat chunk) {
    if (chunk == null) {
      return absent(target, node, state, null);
    }
    return new ReplicaView(
        target,
        node,
        state,
        chunk.committedVersion != 0,
        chunk.committedVersion,
        chunk.pendingVersion,
        chunk.committedLengthBytes,
        ChunkView.hex(chunk.committedDigest),
        false,
        null);
  }

  static ReplicaView unknown(long target, int node, PublicTargetState state, String problem) {
    return absent(target, node, state, problem);
  }

  private static ReplicaView absent(
      long target, int node, PublicTargetState state, @Nullable String problem) {
    return new ReplicaView(target, node, state, false, 0, 0, 0, "-", false, problem);
  }

  boolean serves() {
    return state == PublicTargetState.SERVING;
  }

  /** Whether a reader of the one gets what a reader of the other does. */
  boolean hasContentOf(ReplicaView other) {
    return present == other.present
        && (!present
            || (committedVersion == other.committedVersion
                && lengthBytes == other.lengthBytes
                && digest.equals(other.digest)));
  }

  ReplicaView differing() {
    return with(true, problem);
  }

  ReplicaView withProblem(@Nullable String what) {
    return with(differs, what);
  }

  private ReplicaView with(boolean nowDiffers, @Nullable String what) {
    return new ReplicaView(
        target,
        node,
        state,
        present,
        committedVersion,
        pendingVersion,
        lengthBytes,
        digest,
        nowDiffers,
        what);
  }

  /** One line of a table; {@link #heading()} goes above. */
  String line() {
    String found =
        problem != null && !present
            ? problem
            : present
                ? "%10d  %10s  %10d  %s"
                    .formatted(
                        committedVersion,
                        pendingVersion == 0 ? "-" : Long.toString(pendingVersion),
                        lengthBytes,
                        digest)
                : "no such chunk";
    return "%12d  %5d  %-8s  %s%s%s"
        .formatted(
            target,
            node,
            state,
            found,
            differs ? "  differs" : "",
            problem != null && present ? "  " + problem : "");
  }

  static String heading() {
    return "%12s  %5s  %-8s  %10s  %10s  %10s  %s"
        .formatted("TARGET", "NODE", "STATE", "COMMITTED", "PENDING", "BYTES", "DIGEST");
  }
}
