package io.luciola.blockstore.engine;

/** A read from its acceptance until its blocks are verified; reused. */
final class ReadOp extends OrderedRequest implements IoOwner {

  final Io io;
  ReadOp next;
  long tag;
  long targetId;
  long chunkHi;
  long chunkLo;
  long askedVersion;
  int offsetBytes;
  int lengthBytes;
  long address;
  int attempts;

  /** What was found when the device read began. */
  int slot;

  boolean isOfCommitted;
  long version;
  long extent;
  int contentBytes;
  int end;

  /** Blocks whose checksums are kept in memory. */
  long pinnedFirst;

  int pinnedCount;

  /** The slot's, when the device read began. */
  int generation;

  private final ReadPath path;

  ReadOp(IoQueue ioQueue, ReadPath path) {
    this.path = path;
    io = ioQueue.register(this);
  }

  @Override
  public void onIo(Io request, int error) {
    path.onRead(this, error);
  }
}
