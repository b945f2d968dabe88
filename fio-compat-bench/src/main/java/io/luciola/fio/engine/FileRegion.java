package io.luciola.fio.engine;

/**
 * The part of a file that a job works on.
 *
 * @param name the file, as the engine names files
 * @param offsetBytes where the region starts
 * @param lengthBytes its length, more than 0
 */
public record FileRegion(String name, long offsetBytes, long lengthBytes) {

  /** How long the file must be. */
  public long endBytes() {
    return offsetBytes + lengthBytes;
  }
}
