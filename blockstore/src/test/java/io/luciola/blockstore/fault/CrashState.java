package io.luciola.blockstore.fault;

import java.util.BitSet;
import java.util.List;

/** What a loss of power may have left on a device. Valid while it is being visited. */
public final class CrashState {

  /** A sector of a write that was not durable. */
  record Sector(RecordedWrite write, int offset) {}

  private final int number;
  private final int position;
  private final int sectorBytes;
  private final DeviceImage durable;
  private final List<Sector> open;
  private final BitSet arrived;

  CrashState(
      int number,
      int position,
      int sectorBytes,
      DeviceImage durable,
      List<Sector> open,
      BitSet arrived) {
    this.number = number;
    this.position = position;
    this.sectorBytes = sectorBytes;
    this.durable = durable;
    this.open = open;
    this.arrived = arrived;
  }

  /** Which state of the enumeration it is; the same for the same log and seed. */
  public int number() {
    return number;
  }

  /** The position in the log at which the power went. */
  public int position() {
    return position;
  }

  /** What is on the device; each call makes an image that the caller owns. */
  public DeviceImage image() {
    DeviceImage image = durable.copy();
    for (int i = arrived.nextSetBit(0); i >= 0; i = arrived.nextSetBit(i + 1)) {
      Sector sector = open.get(i);
      RecordedWrite write = sector.write;
      image.write(write.offsetBytes + sector.offset, write.data, sector.offset, sectorBytes);
    }
    return image;
  }

  /** Says which of the writes that were not durable arrived. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append("state ").append(number).append(" at position ").append(position).append(": ");
    RecordedWrite last = null;
    for (int i = 0; i < open.size(); i++) {
      RecordedWrite write = open.get(i).write;
      if (write != last) {
        text.append(last == null ? "" : "; ").append(write).append(" sectors ");
        last = write;
      }
      text.append(arrived.get(i) ? '1' : '0');
    }
    return text.append(open.isEmpty() ? "everything is durable" : "").toString();
  }
}
