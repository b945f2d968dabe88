package io.luciola.blockstore.fault;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.linux.Errno;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/** Fails requests as {@link DeviceFault}s say, or all of them once the device is gone. */
public final class FailingDevice extends FilterDevice {

  private static final class Rule {
    final DeviceFault fault;
    long met;

    Rule(DeviceFault fault) {
      this.fault = fault;
    }

    boolean fails(DeviceRequest request) {
      if (!fault.kinds().contains(request.kind)
          || !request.touches(fault.firstByte(), fault.endByte())) {
        return false;
      }
      long number = met++ - fault.skipped();
      return number >= 0 && number < fault.times();
    }
  }

  private final List<Rule> rules = new ArrayList<>();
  private final IdentityHashMap<DeviceRequest, Integer> lies = new IdentityHashMap<>();
  private volatile boolean gone;
  private long failures;

  /** In front of this device, with no faults yet. */
  public FailingDevice(BlockDevice inner) {
    super(inner);
  }

  /** Adds a fault; of several that match a request the first one added holds. */
  public FailingDevice with(DeviceFault fault) {
    rules.add(new Rule(fault));
    return this;
  }

  /** The device is well again. */
  public void heal() {
    rules.clear();
    gone = false;
  }

  /** The device is gone: what is in flight fails with EIO, new requests get CLOSED. */
  public void disappear() {
    gone = true;
  }

  /** How many requests failed. */
  public long failures() {
    return failures;
  }

  @Override
  int submit(DeviceRequest request) {
    if (gone) {
      return CLOSED;
    }
    for (Rule rule : rules) {
      if (rule.fails(request)) {
        failures++;
        if (rule.fault.carriedOut()) {
          lies.put(request, -rule.fault.errno());
          return pass(request);
        }
        end(request, -rule.fault.errno());
        return ACCEPTED;
      }
    }
    return pass(request);
  }

  @Override
  void completed(DeviceRequest request, int result) {
    Integer lie = lies.remove(request);
    end(request, gone ? -Errno.EIO : lie != null ? lie : result);
  }
}
