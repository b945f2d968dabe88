package io.luciola.blockstore.device;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.luciola.blockstore.fault.DeviceImage;
import io.luciola.blockstore.fault.ImageDevice;
import io.luciola.blockstore.fault.RecordingDevice;
import org.junit.jupiter.api.Test;

/** A recorded device keeps the contract; callers must keep theirs. */
class RecordingDeviceTest extends BlockDeviceContract {

  @Override
  boolean isForTests() {
    return true;
  }

  @Override
  BlockDevice openDevice() {
    return new RecordingDevice(
        new ImageDevice(new DeviceImage(SIZE_BYTES), 512, true, QUEUE_DEPTH));
  }

  @Override
  @Test
  void overlappingWritesInFlightLeaveOneOfThemInEachBlock() {
    assertThrows(AssertionError.class, super::overlappingWritesInFlightLeaveOneOfThemInEachBlock);
  }
}
