package io.luciola.fio.run;

import io.luciola.fio.engine.EngineException;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.engine.IoEngine;
import io.luciola.fio.job.Amount;
import io.luciola.fio.job.JobException;
import io.luciola.fio.job.JobSpec;
import java.util.ArrayList;
import java.util.List;

/** Works out which part of which file a job works on, from its sizes, offsets and clone number. */
final class FilePlan {

  private FilePlan() {}

  /**
   * The regions of a job's files.
   *
   * @throws JobException when sizes are missing or do not fit
   */
  static List<FileRegion> of(JobSpec job, IoEngine engine) throws EngineException {
    List<FileRegion> regions = new ArrayList<>();
    for (String name : job.files().names()) {
      regions.add(region(job, name, engine));
    }
    return regions;
  }

  private static FileRegion region(JobSpec job, String name, IoEngine engine)
      throws EngineException {
    JobSpec.Files files = job.files();
    int block = job.access().leastBlockBytes();
    long length = absoluteLength(files);
    boolean relative = files.offset().percent() > 0 || files.offsetIncrement().percent() > 0;
    long whole = length == 0 || relative ? engine.sizeOf(job, name) : length;
    if (length == 0) {
      if (whole <= 0) {
        throw job.error("you need to specify size= (there is no " + name + " to take it from)");
      }
    } else if (whole <= 0) {
      whole = length;
    }
    long offset =
        offset(files.offset(), whole, block)
            + job.cloneNumber() * offset(files.offsetIncrement(), whole, block);
    if (length == 0) {
      long share = files.size().percent() > 0 ? files.size().of(whole) : whole;
      length = Math.min(share, whole - offset);
    }
    if (length < job.access().mostBlockBytes()) {
      throw job.error(
          name
              + ": "
              + Math.max(0, length)
              + " bytes to work on are less than one block of "
              + job.access().mostBlockBytes());
    }
    return new FileRegion(name, offset, length);
  }

  /** 0 when it depends on what is there. */
  private static long absoluteLength(JobSpec.Files files) {
    if (files.fileSize().bytes() > 0) {
      return files.fileSize().bytes();
    }
    return files.size().bytes() / files.names().size();
  }

  private static long offset(Amount amount, long whole, int block) {
    long bytes = amount.of(whole);
    return amount.percent() > 0 ? (bytes + block - 1) / block * block : bytes;
  }
}
