package io.luciola.blockstore.engine;

/** A device request that is reused; at most one at a time is in flight with it. */
final class Io {

  static final int READ = 0;
  static final int WRITE = 1;
  static final int FLUSH = 2;
  static final int WRITE_DURABLY = 3;
  static final int DISCARD = 4;

  final int index;
  final IoOwner owner;
  int kind;
  long offsetBytes;
  long address;
  int lengthBytes;
  int submittedBytes;
  int pieces;
  int error;
  boolean inFlight;
  Io next;

  Io(int index, IoOwner owner) {
    this.index = index;
    this.owner = owner;
  }
}
