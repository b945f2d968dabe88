package io.luciola.blockstore.device;

class MemoryDevice512Test extends BlockDeviceContract {

  @Override
  BlockDevice openDevice() {
    return new MemoryDevice(SIZE_BYTES, 512, false, QUEUE_DEPTH);
  }
}
