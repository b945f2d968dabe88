package io.luciola.fio.output;

import io.luciola.fio.job.JobSpec;
import java.util.List;
import java.util.Locale;

/** The lines before a run: what will be done. */
public final class JobHeader {

  private JobHeader() {}

  /** A line per job, three dots for its clones, the version and the number of threads. */
  public static String of(String version, List<JobSpec> jobs) {
    StringBuilder text = new StringBuilder();
    for (JobSpec job : jobs) {
      if (job.cloneNumber() == 0) {
        JobSpec.Access access = job.access();
        text.append(
            String.format(
                Locale.ROOT,
                "%s: (g=%d): rw=%s, bs=(R) %s, (W) %s, (T) %s, ioengine=%s, iodepth=%d%n",
                job.name(),
                job.groupId(),
                access.label(),
                range(access.readBytes()),
                range(access.writeBytes()),
                range(access.trimBytes()),
                job.engine(),
                job.depth().depth()));
      } else if (job.cloneNumber() == 1) {
        text.append("...\n");
      }
    }
    String threads = jobs.size() == 1 ? " thread" : " threads";
    return text + version + "\nStarting " + jobs.size() + threads + "\n";
  }

  private static String range(int blockBytes) {
    String size =
        blockBytes % 1024 == 0 && blockBytes > 4096 ? blockBytes / 1024 + "KiB" : blockBytes + "B";
    return size + "-" + size;
  }
}
