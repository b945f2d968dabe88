package io.luciola.blockstore.engine.handoff;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.EngineStatus;
import java.util.ArrayList;
import java.util.List;

/** Writes completions down, such as {@code read 7 OK 4096}. */
class RecordingListener implements HandoffListener {

  final List<String> log = new ArrayList<>();

  private static String name(int status) {
    return status > 0 ? Integer.toString(status) : EngineStatus.name(status);
  }

  @Override
  public void onPrepared(long tag, int status, long digest, int lengthBytes) {
    log.add("prepared " + tag + " " + name(status) + " " + lengthBytes);
  }

  @Override
  public void onRead(long tag, int status, long version) {
    log.add("read " + tag + " " + name(status));
  }

  @Override
  public void onSynced(long tag, int status) {
    log.add("synced " + tag + " " + name(status));
  }

  @Override
  public void onCommitRefused(long targetId, long chunkHi, long chunkLo, long version, int status) {
    log.add("refused " + chunkLo + " " + name(status));
  }

  @Override
  public void onStat(long tag, int status, ChunkStat stat) {
    log.add("stat " + tag + " " + name(status) + " " + stat.committedVersion);
  }

  @Override
  public void onCorrupt(
      long targetId, long chunkHi, long chunkLo, int offsetBytes, long deviceOffsetBytes) {
    log.add("corrupt " + chunkLo + " " + offsetBytes + " " + deviceOffsetBytes);
  }
}
