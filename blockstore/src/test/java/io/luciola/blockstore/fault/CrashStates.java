package io.luciola.blockstore.fault;

import io.luciola.blockstore.fault.CrashState.Sector;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Enumerates what a loss of power at any point of a {@link DeviceLog} may leave: everything durable
 * at that point, and any of the sectors written and not durable yet, each independent of the
 * others. (A later write to a sector replaces an earlier one; the log has no two in flight at
 * once.)
 *
 * <p>It is enough to look at the points just before something becomes durable, and at the end: what
 * can be on the device at an earlier point can be on it there as well, and no less is promised
 * there. Where more sectors are open than {@code exhaustiveSectors}, their subsets are sampled, and
 * the points in between, where fewer are open, are looked at too: every subset where few are open,
 * otherwise all and none, each write missing or alone, subsets of whole writes, torn writes, and
 * sectors by the toss of a coin.
 */
public final class CrashStates {

  private static final int WHOLE_WRITES = 5;

  private final List<RecordedWrite> writes;
  private final int end;
  private final DeviceImage base;
  private final int sectorBytes;
  private final int exhaustiveSectors;
  private final int samples;
  private final Random random;
  private final BitSet applied = new BitSet();
  private DeviceImage durable;
  private int number;

  /**
   * Of a finished log.
   *
   * @param base the device's content when the log began
   * @param sectorBytes what is never torn
   * @param exhaustiveSectors up to so many open sectors all subsets are enumerated
   * @param samples random subsets where there are more
   */
  public CrashStates(
      DeviceLog log,
      DeviceImage base,
      int sectorBytes,
      int exhaustiveSectors,
      int samples,
      long seed) {
    this.writes = log.writes();
    this.end = log.position();
    this.base = base;
    this.sectorBytes = sectorBytes;
    this.exhaustiveSectors = exhaustiveSectors;
    this.samples = samples;
    random = new Random(seed);
  }

  /** Visits every state; returns how many there were. */
  public int forEach(Consumer<CrashState> visitor) {
    number = 0;
    applied.clear();
    durable = base.copy();
    // The points before something became durable, and where writes began.
    TreeSet<Integer> boundaries = new TreeSet<>();
    for (RecordedWrite write : writes) {
      if (write.durableAt != RecordedWrite.NEVER) {
        boundaries.add(write.durableAt);
      }
    }
    boundaries.add(end);
    int from = 0;
    for (int boundary : boundaries) {
      int position = boundary;
      if (openAt(position).size() > exhaustiveSectors) {
        for (RecordedWrite write : writes) {
          if (write.submittedAt >= from && write.submittedAt < boundary - 1) {
            enumerate(write.submittedAt + 1, visitor);
          }
        }
      }
      enumerate(position, visitor);
      from = boundary;
    }
    return number;
  }

  private void enumerate(int position, Consumer<CrashState> visitor) {
    List<Sector> open = openAt(position);
    applyDurable(position);
    if (open.size() > exhaustiveSectors) {
      samplesOf(open).forEach(arrived -> visit(position, open, arrived, visitor));
      return;
    }
    for (int subset = 0; subset < 1 << open.size(); subset++) {
      visit(position, open, BitSet.valueOf(new long[] {subset}), visitor);
    }
  }

  private void visit(
      int position, List<Sector> open, BitSet arrived, Consumer<CrashState> visitor) {
    visitor.accept(new CrashState(number++, position, sectorBytes, durable, open, arrived));
  }

  private List<Sector> openAt(int position) {
    List<Sector> open = new ArrayList<>();
    for (RecordedWrite write : writes) {
      if (write.submittedAt < position && write.durableAt >= position) {
        for (int offset = 0; offset < write.data.length; offset += sectorBytes) {
          if (!isReplaced(write, offset, position)) {
            open.add(new Sector(write, offset));
          }
        }
      }
    }
    return open;
  }

  /** Whether a later write to the sector is durable. */
  private boolean isReplaced(RecordedWrite write, int offset, int position) {
    long first = write.offsetBytes + offset;
    for (RecordedWrite later : writes.subList(write.number + 1, writes.size())) {
      if (later.durableAt < position && later.overlaps(first, first + sectorBytes)) {
        return true;
      }
    }
    return false;
  }

  /** Brings the durable content to a position, which is not before the last one. */
  private void applyDurable(int position) {
    for (RecordedWrite write : writes) {
      if (write.durableAt < position && !applied.get(write.number)) {
        applied.set(write.number);
        for (int offset = 0; offset < write.data.length; offset += sectorBytes) {
          if (!isReplaced(write, offset, position)) {
            durable.write(write.offsetBytes + offset, write.data, offset, sectorBytes);
          }
        }
      }
    }
  }

  private List<BitSet> samplesOf(List<Sector> open) {
    List<BitSet> writesOfSectors = new ArrayList<>();
    for (int i = 0; i < open.size(); i++) {
      if (i == 0 || open.get(i).write() != open.get(i - 1).write()) {
        writesOfSectors.add(new BitSet());
      }
      writesOfSectors.getLast().set(i);
    }
    List<BitSet> chosen = new ArrayList<>();
    BitSet all = new BitSet();
    all.set(0, open.size());
    int count = writesOfSectors.size();
    if (count <= WHOLE_WRITES) {
      for (int subset = 0; subset < 1 << count; subset++) {
        BitSet whole = new BitSet();
        for (int i = 0; i < count; i++) {
          if ((subset & 1 << i) != 0) {
            whole.or(writesOfSectors.get(i));
          }
        }
        chosen.add(whole);
      }
    } else {
      chosen.add(new BitSet());
      chosen.add(all);
      for (BitSet one : writesOfSectors) {
        chosen.add(one);
        chosen.add(without(all, one));
      }
    }
    for (BitSet one : writesOfSectors) {
      int sectors = one.cardinality();
      if (sectors > 1) {
        int first = one.nextSetBit(0);
        addTorn(chosen, all, one, first, first + 1);
        addTorn(chosen, all, one, first + sectors - 1, first + sectors);
        addTorn(chosen, all, one, first, first + 1 + random.nextInt(sectors - 1));
      }
    }
    for (int i = 0; i < samples; i++) {
      BitSet sample = new BitSet();
      for (BitSet one : writesOfSectors) {
        int manner = random.nextInt(4);
        for (int sector = one.nextSetBit(0); sector >= 0; sector = one.nextSetBit(sector + 1)) {
          if (manner == 0 || (manner > 1 && random.nextBoolean())) {
            sample.set(sector);
          }
        }
      }
      chosen.add(sample);
    }
    return chosen;
  }

  /** One write of which only some sectors arrived, and one of which these are missing. */
  private static void addTorn(List<BitSet> chosen, BitSet all, BitSet write, int from, int to) {
    BitSet some = new BitSet();
    some.set(from, to);
    chosen.add(without(all, some));
    BitSet rest = without(write, some);
    chosen.add(without(all, rest));
  }

  private static BitSet without(BitSet all, BitSet some) {
    BitSet left = (BitSet) all.clone();
    left.andNot(some);
    return left;
  }
}
