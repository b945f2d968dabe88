package io.luciola.fio.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One job on Luciola's engine and, where there is a reference, the same on it, by turns: first ours
 * before the reference, then the other way round, and so on, so that neither always follows the
 * other.
 *
 * @param name of the case
 * @param assets files that the jobs work on
 * @param ours the job on the engine
 * @param reference the job to compare with, or null
 * @param needsSystemFio whether the reference is a job of the system's fio
 * @param criteria what the runs are judged by
 */
record PairCase(
    String name,
    List<Asset> assets,
    JobSource ours,
    @Nullable JobSource reference,
    boolean needsSystemFio,
    List<Criterion> criteria)
    implements BenchCase {

  /** Makes a job, and the files that it works on. */
  @FunctionalInterface
  interface JobSource {
    FioJob in(Rig rig) throws IOException;
  }

  @Override
  public List<Row> run(Rig rig) throws IOException, InterruptedException {
    FioProcess fio = new FioProcess(rig.workspace(), rig.children());
    FioJob our = prepared(ours, "ours", rig, fio);
    FioJob other = reference == null ? null : prepared(reference, "reference", rig, fio);
    List<Measurement> ourRuns = new ArrayList<>();
    List<Measurement> otherRuns = new ArrayList<>();
    for (int run = 0; run < rig.options().runs(); run++) {
      boolean oursFirst = run % 2 == 0;
      if (oursFirst) {
        ourRuns.add(measure(our, "ours", run, rig, fio));
      }
      if (other != null) {
        otherRuns.add(measure(other, "reference", run, rig, fio));
      }
      if (!oursFirst) {
        ourRuns.add(measure(our, "ours", run, rig, fio));
      }
    }
    return criteria.stream().map(each -> each.judge(name, ourRuns, otherRuns)).toList();
  }

  /** The job with its files laid out, where they outlive a run. */
  private FioJob prepared(JobSource source, String side, Rig rig, FioProcess fio)
      throws IOException, InterruptedException {
    rig.progress().say("%s: preparing %s", name, side);
    FioJob job = source.in(rig);
    if (job.systemFio() == null && !assets.isEmpty()) {
      fio.layOut(job);
    }
    return job;
  }

  private Measurement measure(FioJob job, String side, int run, Rig rig, FioProcess fio)
      throws IOException, InterruptedException {
    Measurement result = fio.measure(job);
    rig.progress()
        .say(
            "%s: run %d of %d, %-9s %10.0f IOPS, %8.1f MiB/s, %7.2f us CPU per I/O",
            name,
            run + 1,
            rig.options().runs(),
            side,
            result.iops(),
            result.bytesPerSecond() / (1 << 20),
            result.cpuNsPerIo() / 1e3);
    return result;
  }
}
