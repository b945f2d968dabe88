package io.luciola.blockstore.engine.index;

import io.luciola.blockstore.engine.format.PageFormat;
import io.luciola.blockstore.engine.format.WriterEntry;
import io.luciola.blockstore.engine.format.Zeros;
import io.luciola.blockstore.engine.pages.MetadataPages;
import io.luciola.blockstore.engine.space.HierarchicalBitmap;
import io.luciola.blockstore.linux.Memory;

/**
 * Writers (client and channel) by number, so that a chunk names its writer with 4 bytes. A writer
 * is forgotten when no chunk names it any longer. Number 0 is nobody: client 0, channel 0.
 */
public final class WriterTable implements AutoCloseable {

  /** The number of client 0, channel 0. */
  public static final int NOBODY = 0;

  private final MetadataPages pages;
  private final int firstPage;
  private final int capacity;
  private final HierarchicalBitmap freeNumbers;
  // Open addressing; 0 is an empty place, since number 0 is never looked up.
  private int[] table = new int[1024];
  private int size;
  private int highWater = 1;

  /** No writers, in so many pages from a certain one on. */
  public WriterTable(MetadataPages pages, int firstPage, int pageCount) {
    this.pages = pages;
    this.firstPage = firstPage;
    capacity = pageCount * WriterEntry.PER_PAGE;
    freeNumbers = new HierarchicalBitmap(capacity);
  }

  /** The writer's number, which the caller's chunk now names. */
  public int acquire(long clientId, int channel) {
    if (clientId == 0 && channel == 0) {
      return NOBODY;
    }
    int number = find(clientId, channel);
    if (number == NOBODY) {
      number = add(clientId, channel);
    }
    addReference(number);
    return number;
  }

  /** A chunk no longer names the writer. */
  public void release(int number) {
    if (number == NOBODY) {
      return;
    }
    long at = entry(number) + WriterEntry.REFERENCES;
    int references = Memory.getInt(at) - 1;
    Memory.putInt(at, references);
    if (references == 0) {
      unlink(number);
      touch(number);
      Zeros.put(entry(number), WriterEntry.BYTES);
      freeNumbers.add(number);
    }
  }

  /** The writer's client. */
  public long clientId(int number) {
    return number == NOBODY ? 0 : Memory.getLong(entry(number) + WriterEntry.CLIENT);
  }

  /** The writer's channel. */
  public int channel(int number) {
    return number == NOBODY ? 0 : Memory.getInt(entry(number) + WriterEntry.CHANNEL);
  }

  /** Writers there are. */
  public int size() {
    return size;
  }

  /**
   * Recovery: a chunk that was read from the device names a writer.
   *
   * @return the number; that of nobody when there cannot be such a writer
   */
  public int claim(int number) {
    if (number <= NOBODY || number >= capacity) {
      return NOBODY;
    }
    addReference(number);
    highWater = Math.max(highWater, number + 1);
    return number;
  }

  /** Recovery: all chunks have claimed their writers; the other entries are free. */
  public void finishLoad() {
    for (int number = 1; number < highWater; number++) {
      if (Memory.getInt(entry(number) + WriterEntry.REFERENCES) > 0) {
        link(number);
      } else {
        freeNumbers.add(number);
      }
    }
  }

  /** Recovery: forgets the counts that came along with a page from the device. */
  public void clearReferences(int page) {
    int first = (page - firstPage) * WriterEntry.PER_PAGE;
    for (int number = first; number < first + WriterEntry.PER_PAGE; number++) {
      Memory.putInt(entry(number) + WriterEntry.REFERENCES, 0);
    }
  }

  @Override
  public void close() {
    freeNumbers.close();
  }

  private int find(long clientId, int channel) {
    int mask = table.length - 1;
    for (int at = hash(clientId, channel) & mask; table[at] != 0; at = (at + 1) & mask) {
      int number = table[at];
      if (clientId(number) == clientId && channel(number) == channel) {
        return number;
      }
    }
    return NOBODY;
  }

  private int add(long clientId, int channel) {
    int number = (int) freeNumbers.first();
    if (number > 0) {
      freeNumbers.remove(number);
    } else {
      number = highWater++;
    }
    touch(number);
    long entry = entry(number);
    Memory.putLong(entry + WriterEntry.CLIENT, clientId);
    Memory.putInt(entry + WriterEntry.CHANNEL, channel);
    Memory.putInt(entry + WriterEntry.REFERENCES, 0);
    link(number);
    return number;
  }

  /** The count has no meaning on the device, so that the page need not be written for it. */
  private void addReference(int number) {
    long at = entry(number) + WriterEntry.REFERENCES;
    Memory.putInt(at, Memory.getInt(at) + 1);
  }

  private void link(int number) {
    if (++size * 2 > table.length) {
      int[] old = table;
      table = new int[old.length * 2];
      for (int linked : old) {
        if (linked != 0) {
          put(linked);
        }
      }
    }
    put(number);
  }

  private void put(int number) {
    int mask = table.length - 1;
    int at = hashOf(number) & mask;
    while (table[at] != 0) {
      at = (at + 1) & mask;
    }
    table[at] = number;
  }

  private void unlink(int number) {
    int mask = table.length - 1;
    int hole = hashOf(number) & mask;
    while (table[hole] != number) {
      hole = (hole + 1) & mask;
    }
    for (int at = (hole + 1) & mask; table[at] != 0; at = (at + 1) & mask) {
      int home = hashOf(table[at]) & mask;
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        table[hole] = table[at];
        hole = at;
      }
    }
    table[hole] = 0;
    size--;
  }

  private void touch(int number) {
    pages.touch(firstPage + number / WriterEntry.PER_PAGE);
  }

  private long entry(int number) {
    return pages.address(firstPage + number / WriterEntry.PER_PAGE)
        + PageFormat.HEADER_BYTES
        + (long) (number % WriterEntry.PER_PAGE) * WriterEntry.BYTES;
  }

  private int hashOf(int number) {
    return hash(clientId(number), channel(number));
  }

  private static int hash(long clientId, int channel) {
    long mixed = (clientId ^ (channel * 0x9E3779B97F4A7C15L)) * 0xBF58476D1CE4E5B9L;
    return (int) (mixed >>> 32);
  }
}
