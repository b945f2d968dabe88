package io.luciola.fio.run;

/** One block after the other, then from the start again. */
final class SequentialOrder implements BlockOrder {

  private final long blocks;
  private long position;

  SequentialOrder(long blocks) {
    this.blocks = blocks;
  }

  @Override
  public long next() {
    if (position == blocks) {
      position = 0;
    }
    return position++;
  }
}
