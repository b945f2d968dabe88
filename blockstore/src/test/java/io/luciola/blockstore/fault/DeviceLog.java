package io.luciola.blockstore.fault;

import java.util.ArrayList;
import java.util.List;

/**
 * What happened on a device, in order: writes, discards and flushes, each when it was submitted and
 * when it was completed. A position is a number of events; a crash at position p happens behind the
 * first p of them.
 */
public final class DeviceLog {

  private final boolean volatileCache;
  private final List<RecordedWrite> writes = new ArrayList<>();
  private final List<String> events = new ArrayList<>();

  DeviceLog(boolean volatileCache) {
    this.volatileCache = volatileCache;
  }

  /** How many events there are. */
  public int position() {
    return events.size();
  }

  /** The writes and discards, in the order of submission. */
  public List<RecordedWrite> writes() {
    return List.copyOf(writes);
  }

  /** Where the first write before this place of the device was submitted, or the end. */
  public int firstWriteBelow(long offsetBytes) {
    return writes.stream()
        .filter(write -> write.offsetBytes < offsetBytes)
        .mapToInt(write -> write.submittedAt)
        .findFirst()
        .orElse(position());
  }

  /** One line per event. */
  public List<String> events() {
    return List.copyOf(events);
  }

  RecordedWrite writeSubmitted(long offsetBytes, byte[] data, boolean discards, boolean fua) {
    RecordedWrite write =
        new RecordedWrite(writes.size(), offsetBytes, data, discards, fua, position());
    for (RecordedWrite other : writes) {
      if (other.completedAt == RecordedWrite.NEVER
          && other.overlaps(offsetBytes, offsetBytes + data.length)) {
        throw new AssertionError(
            write + " overlaps " + other + ", which is in flight: which of them holds is chance");
      }
    }
    writes.add(write);
    events.add("submitted " + write);
    return write;
  }

  void writeCompleted(RecordedWrite write) {
    write.completedAt = position();
    if (!volatileCache || write.fua) {
      write.durableAt = position();
    }
    events.add("completed " + write);
  }

  int flushSubmitted() {
    events.add("submitted flush");
    return position() - 1;
  }

  void flushCompleted(int submittedAt) {
    for (RecordedWrite write : writes) {
      if (write.completedAt < submittedAt && write.durableAt == RecordedWrite.NEVER) {
        write.durableAt = position();
      }
    }
    events.add("completed flush submitted at " + submittedAt);
  }
}
