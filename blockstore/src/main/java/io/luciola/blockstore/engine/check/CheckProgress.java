package io.luciola.blockstore.engine.check;

/** Learns how far a check has come. */
@FunctionalInterface
public interface CheckProgress {

  /** Nobody wants to know. */
  CheckProgress SILENT = (step, done, total) -> {};

  /**
   * Called now and then.
   *
   * @param step what is being done
   * @param doneBytes how much of it is done
   * @param totalBytes how much of it there is, about
   */
  void onProgress(String step, long doneBytes, long totalBytes);
}
