package io.luciola.cluster.kv;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Builds the map from the newest snapshot and the logs behind it.
 *
 * @param version of the last transaction
 * @param nextSequence of the next log record
 */
record Recovery(long version, long nextSequence) {

  /**
   * Fills an empty map.
   *
   * @throws IOException when a file is damaged or missing; nothing was changed on disk
   */
  static Recovery into(VersionedMap map, StoreDirectory directory) throws IOException {
    Map.Entry<Long, Path> snapshot = directory.snapshots().lastEntry();
    Recovery recovered = new Recovery(0, 1);
    if (snapshot != null) {
      SnapshotFile.Contents contents = SnapshotFile.read(snapshot.getValue(), map);
      recovered = new Recovery(contents.version(), contents.sequence() + 1);
    }
    NavigableMap<Long, Path> logs = directory.logs();
    Long first = logs.floorKey(recovered.nextSequence);
    if (first == null && (snapshot != null || !logs.isEmpty())) {
      throw new IOException(
          "the log with record " + recovered.nextSequence + " is missing; there are " + logs);
    }
    if (first == null) {
      return recovered;
    }
    for (Path log : logs.tailMap(first).values()) {
      recovered = recovered.replay(log, map);
    }
    return recovered;
  }

  private Recovery replay(Path file, VersionedMap map) throws IOException {
    try (LogReader reader = new LogReader(file)) {
      if (reader.firstSequence() > nextSequence) {
        throw new IOException(
            "damaged or missing: the records "
                + nextSequence
                + " to "
                + (reader.firstSequence() - 1)
                + ", before "
                + file
                + ". Acknowledged data is lost in between; restore a copy of this directory");
      }
      long[] lastVersion = {version};
      long behindLast =
          reader.read(
              (sequence, body) -> {
                if (sequence >= nextSequence) {
                  lastVersion[0] = GroupBody.apply(body, map, lastVersion[0]);
                  map.prune(lastVersion[0]);
                }
              });
      return new Recovery(lastVersion[0], Math.max(nextSequence, behindLast));
    }
  }
}
