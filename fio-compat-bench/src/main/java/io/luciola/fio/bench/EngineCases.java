package io.luciola.fio.bench;

import static io.luciola.fio.bench.Judgement.DIFFERENCE_AT_MOST;
import static io.luciola.fio.bench.Judgement.NONE;
import static io.luciola.fio.bench.Judgement.RATIO_AT_LEAST;
import static io.luciola.fio.bench.Judgement.RATIO_AT_MOST;
import static io.luciola.fio.bench.Judgement.VALUE_AT_LEAST;
import static io.luciola.fio.bench.Metric.BANDWIDTH;
import static io.luciola.fio.bench.Metric.CPU_PER_IO;
import static io.luciola.fio.bench.Metric.IOPS;
import static io.luciola.fio.bench.Metric.TIME_PER_IO;

import io.luciola.fio.bench.PairCase.JobSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What the block engine is held against, and the bars it has to reach. */
final class EngineCases {

  private static final String[] RANDOM_READ = {"--rw=randread", "--bs=4k"};
  private static final String[] RANDOM_WRITE = {"--rw=randwrite", "--bs=4k"};
  private static final String[] SEQUENTIAL_READ = {"--rw=read", "--bs=1m"};
  private static final String[] SEQUENTIAL_WRITE = {"--rw=write", "--bs=1m"};

  private EngineCases() {}

  /** All of them, in the order of the table. */
  static List<BenchCase> all() {
    List<BenchCase> cases = new ArrayList<>();
    for (int depth : new int[] {1, 32, 128}) {
      cases.add(
          onDisk(
              "randread-qd" + depth,
              depth,
              RANDOM_READ,
              "--direct=1",
              new Criterion(IOPS, RATIO_AT_LEAST, 0.95),
              new Criterion(CPU_PER_IO, RATIO_AT_MOST, 1.15)));
    }
    cases.add(memory());
    cases.add(nothing());
    cases.add(
        onDisk(
            "randwrite-qd32",
            32,
            RANDOM_WRITE,
            "--direct=1",
            new Criterion(IOPS, RATIO_AT_LEAST, 1),
            new Criterion(CPU_PER_IO, NONE, Double.NaN)));
    cases.add(
        onDisk(
            "randwrite-qd32-dsync",
            32,
            RANDOM_WRITE,
            "--sync=dsync",
            new Criterion(IOPS, NONE, Double.NaN),
            new Criterion(CPU_PER_IO, NONE, Double.NaN)));
    cases.add(
        onDisk(
            "randwrite-qd1",
            1,
            RANDOM_WRITE,
            "--fdatasync=1",
            new Criterion(IOPS, RATIO_AT_LEAST, 0.9),
            new Criterion(CPU_PER_IO, NONE, Double.NaN)));
    cases.add(
        onDisk(
            "seqread",
            8,
            SEQUENTIAL_READ,
            "--direct=1",
            new Criterion(BANDWIDTH, RATIO_AT_LEAST, 0.95)));
    cases.add(
        onDisk(
            "seqwrite",
            8,
            SEQUENTIAL_WRITE,
            "--direct=1",
            new Criterion(BANDWIDTH, RATIO_AT_LEAST, 0.95)));
    cases.add(
        onDisk(
            "seqwrite-dsync",
            8,
            SEQUENTIAL_WRITE,
            "--sync=dsync",
            new Criterion(BANDWIDTH, NONE, Double.NaN)));
    cases.add(inFiles("chunkfile-read", RANDOM_READ, 0.73));
    cases.add(inFiles("chunkfile-write", RANDOM_WRITE, 0.5));
    cases.add(new ManyChunksCase());
    return List.copyOf(cases);
  }

  /**
   * The engine on a file against the system's fio: reads of the very same file, because two files
   * may lie on the disk, and in the caches below it, in different ways; writes of one of the same
   * size.
   */
  private static PairCase onDisk(
      String name, int depth, String[] access, String extra, Criterion... criteria) {
    boolean reads = access == RANDOM_READ || access == SEQUENTIAL_READ;
    JobSource ours =
        rig -> onEngine(rig, Asset.ENGINE_FILE, "1m").with(access).with("--iodepth=" + depth);
    JobSource reference =
        rig ->
            FioJob.system(
                    Objects.requireNonNull(rig.systemFio()),
                    "--ioengine=io_uring",
                    "--direct=1",
                    "--filename=" + (reads ? engineFile(rig) : rig.workspace().referenceFile()),
                    size(rig))
                .with(access)
                .with("--iodepth=" + depth, extra);
    return new PairCase(
        name,
        reads ? List.of(Asset.ENGINE_FILE) : List.of(Asset.REFERENCE_FILE, Asset.ENGINE_FILE),
        ours,
        reference,
        true,
        List.of(criteria));
  }

  private static Path engineFile(Rig rig) throws IOException {
    return rig.workspace().engineFile(Asset.ENGINE_FILE);
  }

  private static FioJob onEngine(Rig rig, Asset asset, String chunkSize) throws IOException {
    Path device = rig.workspace().engineFile(asset);
    return FioJob.ours(
        "--ioengine=blockstore",
        "--device=uring:" + device,
        "--filename=pages",
        "--chunk_size=" + chunkSize,
        size(rig));
  }

  private static String size(Rig rig) {
    return "--size=" + rig.options().sizeBytes();
  }

  /** The engine with a disk that costs nothing but copying. */
  private static PairCase memory() {
    JobSource ours =
        rig ->
            FioJob.ours("--ioengine=blockstore", "--device=memory:256MiB", "--size=160m")
                .with(RANDOM_READ)
                .with("--iodepth=32", "--gtod_reduce=1");
    return new PairCase(
        "memory", List.of(), ours, null, false, List.of(new Criterion(IOPS, VALUE_AT_LEAST, 1500)));
  }

  /** The engine with a disk that costs nothing at all, against the measuring tool alone. */
  private static PairCase nothing() {
    JobSource ours =
        rig ->
            FioJob.ours(
                    "--ioengine=blockstore",
                    "--device=null:1GiB",
                    "--size=256m",
                    "--zero_buffers=1")
                .with(RANDOM_READ)
                .with("--iodepth=32", "--gtod_reduce=1");
    JobSource tool =
        rig ->
            FioJob.ours("--ioengine=null", "--size=256m", "--zero_buffers=1")
                .with(RANDOM_READ)
                .with("--iodepth=32", "--gtod_reduce=1");
    return new PairCase(
        "null",
        List.of(),
        ours,
        tool,
        false,
        List.of(
            new Criterion(IOPS, VALUE_AT_LEAST, 5000),
            new Criterion(TIME_PER_IO, DIFFERENCE_AT_MOST, 200)));
  }

  /** The engine on a file against the same chunks in files as 3FS keeps them. */
  private static PairCase inFiles(String name, String[] access, double mostCpu) {
    JobSource ours =
        rig -> onEngine(rig, Asset.SMALL_CHUNKS_FILE, "64k").with(access).with("--iodepth=32");
    JobSource reference =
        rig ->
            FioJob.ours(
                    "--ioengine=chunkfile",
                    "--directory=" + rig.workspace().chunkfileDirectory(),
                    "--filename=pages",
                    "--chunk_size=64k",
                    size(rig))
                .with(access)
                .with("--iodepth=32");
    return new PairCase(
        name,
        List.of(Asset.SMALL_CHUNKS_FILE, Asset.CHUNKFILE_DIRECTORY),
        ours,
        reference,
        false,
        List.of(
            new Criterion(CPU_PER_IO, RATIO_AT_MOST, mostCpu),
            new Criterion(IOPS, NONE, Double.NaN)));
  }
}
