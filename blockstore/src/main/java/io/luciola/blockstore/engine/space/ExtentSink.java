package io.luciola.blockstore.engine.space;

/** Takes extents that nothing uses any longer. */
public interface ExtentSink {

  /** Gives an extent back; it must be taken, as a whole. */
  void free(long start, int order);
}
