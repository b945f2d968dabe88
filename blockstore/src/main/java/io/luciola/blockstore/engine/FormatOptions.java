package io.luciola.blockstore.engine;

import java.util.UUID;

/**
 * What is fixed when a device is formatted. A size of 0 means: choose one that fits the device.
 *
 * @param diskUuid the device's identity for life; every metadata block names it
 * @param journalBytes size of the journal, at least 2 MiB
 * @param maxChunks most chunks the device can hold
 * @param journaledBytes most bytes of small overwrites that wait in memory for their place on the
 *     device, at least 1 MiB
 */
public record FormatOptions(UUID diskUuid, long journalBytes, int maxChunks, long journaledBytes) {

  /** Sizes that fit the device. */
  public static FormatOptions defaults(UUID diskUuid) {
    return new FormatOptions(diskUuid, 0, 0, 0);
  }

  /** The same with another journal size. */
  public FormatOptions withJournalBytes(long bytes) {
    return new FormatOptions(diskUuid, bytes, maxChunks, journaledBytes);
  }

  /** The same with room for another number of chunks. */
  public FormatOptions withMaxChunks(int chunks) {
    return new FormatOptions(diskUuid, journalBytes, chunks, journaledBytes);
  }

  /** The same with another bound on journaled data in memory. */
  public FormatOptions withJournaledBytes(long bytes) {
    return new FormatOptions(diskUuid, journalBytes, maxChunks, bytes);
  }
}
