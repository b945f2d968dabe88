package io.luciola.blockstore.engine;

/** Whoever asked for a device request. */
interface IoOwner {

  /**
   * The request ended.
   *
   * @param error 0, or a negative errno
   */
  void onIo(Io io, int error);
}
