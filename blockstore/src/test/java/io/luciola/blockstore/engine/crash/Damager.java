package io.luciola.blockstore.engine.crash;

import static io.luciola.blockstore.engine.crash.CorruptionTest.BLOCK;

import io.luciola.blockstore.engine.crash.Damage.Kind;
import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.fault.DeviceImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages images of one device at random, mostly where something was written. */
final class Damager {

  private static final int MAGIC = 0x4943_554C;
  private static final int JOURNAL_RECORD = 2;
  private static final int RECORD_HEADER_BYTES = 64;
  private static final int MOST_HEADER_BYTES = 256;

  private final Random random;
  private final DeviceLayout layout;
  private final List<DeviceImage> past;
  private final List<Long> used = new ArrayList<>();
  private final List<Long> usedForTables = new ArrayList<>();
  private final List<Long> records;

  /**
   * For images like this one.
   *
   * @param past what they were earlier
   */
  Damager(Random random, DeviceLayout layout, DeviceImage image, List<DeviceImage> past) {
    this.random = random;
    this.layout = layout;
    this.past = past;
    records = recordsOf(image);
    byte[] zeros = new byte[BLOCK];
    for (long at = 0; at < image.sizeBytes(); at += BLOCK) {
      if (!Arrays.equals(zeros, image.read(at, BLOCK))) {
        used.add(at);
        DeviceRegion region = DeviceRegion.of(layout, at);
        if (region != DeviceRegion.DATA && region != DeviceRegion.JOURNAL) {
          usedForTables.add(at);
        }
      }
    }
  }

  Damage damage(DeviceImage image) {
    long at = somewhere(image);
    return switch (random.nextInt(19)) {
      case 0, 1, 2, 3 -> flip(image, at);
      case 4, 5, 6, 7 -> {
        image.fill(at, BLOCK, (byte) 0);
        yield new Damage(Kind.ZEROED, List.of(at));
      }
      case 8, 9, 10, 11 -> {
        long other = somewhere(image);
        byte[] one = image.read(at, BLOCK);
        image.write(at, image.read(other, BLOCK), 0, BLOCK);
        image.write(other, one, 0, BLOCK);
        yield new Damage(Kind.SWAPPED, List.of(at, other));
      }
      case 12, 13, 14, 15 -> {
        DeviceImage before = past.get(random.nextInt(past.size()));
        image.write(at, before.read(at, BLOCK), 0, BLOCK);
        yield new Damage(Kind.STALE, List.of(at));
      }
      case 16, 17 -> flipEntry(image);
      default -> zeroBothCopies(image);
    };
  }

  private Damage flip(DeviceImage image, long at) {
    // Headers and entries lie at the front of their blocks.
    int offset = random.nextInt(random.nextBoolean() ? BLOCK : MOST_HEADER_BYTES);
    image.flipBit(at + offset, random.nextInt(8));
    return new Damage(Kind.FLIPPED, List.of(at));
  }

  private Damage flipEntry(DeviceImage image) {
    long at = records.get(random.nextInt(records.size()));
    int offset = RECORD_HEADER_BYTES + random.nextInt(MOST_HEADER_BYTES - RECORD_HEADER_BYTES);
    image.flipBit(at + offset, random.nextInt(8));
    return new Damage(Kind.FLIPPED, List.of(at));
  }

  private Damage zeroBothCopies(DeviceImage image) {
    List<Long> records = recordsOf(image);
    long first = records.get(random.nextInt(records.size()));
    long second = lastBlock(image, first);
    image.fill(first, BLOCK, (byte) 0);
    image.fill(second, BLOCK, (byte) 0);
    return new Damage(Kind.BOTH_COPIES, List.of(first, second));
  }

  private List<Long> recordsOf(DeviceImage image) {
    List<Long> records = new ArrayList<>();
    long end = layout.journalOffset() + layout.journalBytes();
    for (long at = layout.journalOffset(); at < end; at += BLOCK) {
      ByteBuffer header = header(image, at);
      if (header.getInt(0) == MAGIC
          && header.getShort(4) == JOURNAL_RECORD
          && lastBlock(image, at) < end) {
        records.add(at);
      }
    }
    return records;
  }

  /** Where the second copy of header and entries ends. */
  private static long lastBlock(DeviceImage image, long record) {
    return record + header(image, record).getInt(32) - BLOCK;
  }

  private static ByteBuffer header(DeviceImage image, long at) {
    return ByteBuffer.wrap(image.read(at, 64)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private long somewhere(DeviceImage image) {
    return switch (random.nextInt(9)) {
      case 0 -> random.nextInt((int) (image.sizeBytes() / BLOCK)) * (long) BLOCK;
      case 1, 2 -> usedForTables.get(random.nextInt(usedForTables.size()));
      case 3 -> records.get(random.nextInt(records.size()));
      default -> used.get(random.nextInt(used.size()));
    };
  }
}
