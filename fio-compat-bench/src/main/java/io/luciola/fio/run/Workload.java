package io.luciola.fio.run;

import io.luciola.fio.engine.Direction;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.job.JobSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Which I/O comes next: chooses direction, file and offset. {@link #choose} sets the fields; it
 * never ends, since how much to do is not its business.
 */
final class Workload {

  private final JobSpec job;
  private final List<FileRegion> files;
  private final SplittableRandom random;
  private final List<List<BlockOrder>> orders = new ArrayList<>();
  private final long[] left;
  private int cursor;

  /** File of the chosen I/O. */
  int file;

  /** Absolute offset of the chosen I/O in its file. */
  long offsetBytes;

  /** Length of the chosen I/O. */
  int lengthBytes;

  Workload(JobSpec job, List<FileRegion> files) {
    this.job = job;
    this.files = files;
    this.random = new SplittableRandom(job.random().seed());
    this.left = new long[files.size()];
    for (FileRegion region : files) {
      orders.add(ordersOf(region));
    }
    startPass();
  }

  /** Bytes of one pass over all files: whole blocks only. */
  static long passBytes(JobSpec job, List<FileRegion> files) {
    int block = job.access().leastBlockBytes();
    return files.stream().mapToLong(region -> region.lengthBytes() / block * block).sum();
  }

  /** Reads or writes, by the mix; the only direction where there is one. */
  Direction chooseDirection() {
    if (job.access().trims()) {
      return Direction.TRIM;
    }
    if (!job.access().writes()) {
      return Direction.READ;
    }
    if (!job.access().reads()) {
      return Direction.WRITE;
    }
    return random.nextInt(100) < job.access().readPercent() ? Direction.READ : Direction.WRITE;
  }

  /** Chooses the next I/O of a direction. */
  void choose(Direction direction) {
    file = chooseFile();
    lengthBytes = job.access().blockBytes(direction);
    long block = orders.get(file).get(direction.index()).next();
    offsetBytes = files.get(file).offsetBytes() + block * lengthBytes;
    left[file] -= lengthBytes;
    if (left[file] < job.access().leastBlockBytes()) {
      left[file] = 0;
    }
  }

  private int chooseFile() {
    if (left.length == 1) {
      return 0;
    }
    int start =
        switch (job.files().order()) {
          case ROUND_ROBIN -> cursor;
          case SEQUENTIAL -> 0;
          case RANDOM -> random.nextInt(left.length);
        };
    int found = firstLeft(start);
    if (found < 0) {
      startPass();
      found = firstLeft(start);
    }
    cursor = (found + 1) % left.length;
    return found;
  }

  private int firstLeft(int start) {
    for (int i = 0; i < left.length; i++) {
      int candidate = (start + i) % left.length;
      if (left[candidate] > 0) {
        return candidate;
      }
    }
    return -1;
  }

  private void startPass() {
    for (int i = 0; i < left.length; i++) {
      left[i] = files.get(i).lengthBytes();
    }
  }

  /**
   * Random reads and writes of one size share their order, so that a pass touches each block once;
   * a sequential stream has one position for reads and one for writes.
   */
  private List<BlockOrder> ordersOf(FileRegion region) {
    JobSpec.Access access = job.access();
    List<BlockOrder> byDirection = new ArrayList<>();
    BlockOrder shared = null;
    for (Direction direction : Direction.ALL) {
      long blocks = Math.max(1, region.lengthBytes() / access.blockBytes(direction));
      boolean sharing =
          access.random() && access.blockBytes(direction) == access.blockBytes(Direction.READ);
      if (sharing && shared != null) {
        byDirection.add(shared);
      } else {
        BlockOrder order = orderOver(blocks);
        byDirection.add(order);
        shared = sharing ? order : shared;
      }
    }
    return byDirection;
  }

  private BlockOrder orderOver(long blocks) {
    if (!job.access().random()) {
      return new SequentialOrder(blocks);
    }
    SplittableRandom own = random.split();
    return switch (job.random().distribution()) {
      case UNIFORM ->
          job.random().map() ? new RandomOrder(blocks, own) : new UniformOrder(blocks, own);
      case ZIPF -> new ZipfOrder(blocks, job.random().parameter(), own);
      case PARETO -> new ParetoOrder(blocks, job.random().parameter(), own);
    };
  }
}
