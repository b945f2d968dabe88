package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.ChunkEngine;

/** Hands an engine's completions to the node, which comes to be after the engine. */
final class DiskCompletions implements ChunkEngine.Listener {

  private ChunkEngine.Listener receiver = new Nobody();

  void deliverTo(ChunkEngine.Listener newReceiver) {
    receiver = newReceiver;
  }

  @Override
  public void onPrepared(long tag, int status, long digest, int lengthBytes) {
    receiver.onPrepared(tag, status, digest, lengthBytes);
  }

  @Override
  public void onRead(long tag, int status, long version) {
    receiver.onRead(tag, status, version);
  }

  @Override
  public void onSynced(long tag, int status) {
    receiver.onSynced(tag, status);
  }

  @Override
  public void onCorrupt(
      long targetId, long chunkHi, long chunkLo, int offsetBytes, long deviceOffsetBytes) {
    receiver.onCorrupt(targetId, chunkHi, chunkLo, offsetBytes, deviceOffsetBytes);
  }

  /** Nothing was asked before there is a node. */
  private static final class Nobody implements ChunkEngine.Listener {
    @Override
    public void onPrepared(long tag, int status, long digest, int lengthBytes) {
      throw new IllegalStateException("a completion before the disk has a node");
    }

    @Override
    public void onRead(long tag, int status, long version) {
      throw new IllegalStateException("a completion before the disk has a node");
    }

    @Override
    public void onSynced(long tag, int status) {
      throw new IllegalStateException("a completion before the disk has a node");
    }
  }
}
