package io.luciola.blockstore.fault;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.fault.DeviceRequest.Kind;
import io.luciola.blockstore.linux.Errno;
import java.util.ArrayList;
import java.util.List;

/** Holds back the writes to a part of the device until they are let go. */
public final class HoldingDevice extends FilterDevice {

  private final List<DeviceRequest> held = new ArrayList<>();
  private long fromByte;
  private long endByte;

  /** In front of this device; nothing is held yet. */
  public HoldingDevice(BlockDevice inner) {
    super(inner);
  }

  /** From now on writes to this part are held, and those to other parts go on. */
  public void hold(long firstByte, long endOfPart) {
    fromByte = firstByte;
    endByte = endOfPart;
    letGo();
  }

  /** Nothing is held any longer. */
  public void release() {
    hold(0, 0);
  }

  /** Whether a write waits to be let go. */
  public boolean isHolding() {
    return !held.isEmpty();
  }

  @Override
  int submit(DeviceRequest request) {
    return isToBeHeld(request) && held.add(request) ? ACCEPTED : pass(request);
  }

  @Override
  int held() {
    return held.size();
  }

  @Override
  void onClose() {
    release();
  }

  private boolean isToBeHeld(DeviceRequest request) {
    return request.kind == Kind.WRITE && request.touches(fromByte, endByte);
  }

  private void letGo() {
    List<DeviceRequest> before = List.copyOf(held);
    held.clear();
    for (DeviceRequest request : before) {
      if (isToBeHeld(request)) {
        held.add(request);
      } else if (pass(request) != ACCEPTED) {
        end(request, -Errno.EIO);
      }
    }
  }
}
