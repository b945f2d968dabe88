package io.luciola.blockstore.engine.space;

/** Something that extents are taken from. */
interface Area extends AutoCloseable {

  long blocks();

  long freeBlocks();

  /** First block of an extent, or -1. */
  long allocate(int order);

  void free(long start, int order);

  @Override
  void close();

  /** The allocator itself. */
  static Area of(ExtentAllocator allocator) {
    return new Area() {
      @Override
      public long blocks() {
        return allocator.blocks();
      }

      @Override
      public long freeBlocks() {
        return allocator.freeBlocks();
      }

      @Override
      public long allocate(int order) {
        return allocator.allocate(order);
      }

      @Override
      public void free(long start, int order) {
        allocator.free(start, order);
      }

      @Override
      public void close() {
        allocator.close();
      }
    };
  }
}
