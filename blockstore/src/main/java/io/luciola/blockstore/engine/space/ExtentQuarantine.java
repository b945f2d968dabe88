package io.luciola.blockstore.engine.space;

/**
 * Freed extents in the order in which they were freed. Each waits until the record that frees it is
 * durable and until every device request has ended that began before.
 */
public final class ExtentQuarantine {

  private static final int FIELDS = 4;

  private long[] ring = new long[64 * FIELDS];
  private int head;
  private int size;
  private long blocks;

  /** Blocks which wait. */
  public long blocks() {
    return blocks;
  }

  /**
   * Takes in a freed extent.
   *
   * @param sequence of the journal record that frees it; 0 when none is needed
   * @param requestNumber the number of the next device request on any extent
   */
  public void add(long start, int order, long sequence, long requestNumber) {
    if (size * FIELDS == ring.length) {
      grow();
    }
    int at = (head + size) * FIELDS % ring.length;
    ring[at] = start;
    ring[at + 1] = order;
    ring[at + 2] = sequence;
    ring[at + 3] = requestNumber;
    size++;
    blocks += 1L << order;
  }

  /**
   * Gives back what need not wait any longer.
   *
   * @param durableSequence every record up to this one is durable
   * @param oldestRequest every request with a smaller number has ended
   * @return how many extents became free
   */
  public int release(ExtentSink sink, long durableSequence, long oldestRequest) {
    int released = 0;
    while (size > 0) {
      int at = head * FIELDS;
      if (ring[at + 2] > durableSequence || ring[at + 3] > oldestRequest) {
        break;
      }
      int order = (int) ring[at + 1];
      sink.free(ring[at], order);
      blocks -= 1L << order;
      head = (head + 1) % (ring.length / FIELDS);
      size--;
      released++;
    }
    return released;
  }

  private void grow() {
    long[] larger = new long[ring.length * 2];
    int first = ring.length - head * FIELDS;
    System.arraycopy(ring, head * FIELDS, larger, 0, first);
    System.arraycopy(ring, 0, larger, first, head * FIELDS);
    ring = larger;
    head = 0;
  }
}
