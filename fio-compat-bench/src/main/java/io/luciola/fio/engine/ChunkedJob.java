package io.luciola.fio.engine;

import io.luciola.fio.job.JobException;
import io.luciola.fio.job.JobSpec;
import io.luciola.fio.job.OptionValue;
import java.util.List;

/** What engines that cut files into chunks ask of a job. */
public final class ChunkedJob {

  /** Key of the option that gives the size of the chunks. */
  public static final String CHUNK_SIZE = "chunk_size";

  private static final int DEFAULT_CHUNK_BYTES = 1 << 20;
  private static final int MOST_CHUNK_BYTES = 64 << 20;

  private ChunkedJob() {}

  /**
   * The job's {@link #CHUNK_SIZE}, 1 MiB where it gives none.
   *
   * @param leastBytes the smallest that the engine has, a power of two
   * @throws JobException when it is no power of two from there to 64 MiB
   */
  public static int chunkBytes(JobSpec job, int leastBytes) {
    OptionValue option = job.engineOption(CHUNK_SIZE).orElse(null);
    if (option == null) {
      return DEFAULT_CHUNK_BYTES;
    }
    int bytes = (int) option.sizeBytes(leastBytes, MOST_CHUNK_BYTES);
    if (Integer.bitCount(bytes) != 1) {
      throw option.error("must be a power of two from " + (leastBytes >> 10) + "k to 64m");
    }
    return bytes;
  }

  /**
   * Refuses trims, and block sizes with which an I/O could touch two chunks.
   *
   * @throws JobException which names the option at fault
   */
  public static void check(JobSpec job, int chunkBytes) {
    if (job.access().trims()) {
      throw job.error("ioengine=" + job.engine() + " cannot trim");
    }
    if (chunkBytes % job.access().mostBlockBytes() != 0
        || chunkBytes % job.access().leastBlockBytes() != 0) {
      throw job.error("the block size must divide chunk_size=" + chunkBytes);
    }
  }

  /**
   * Refuses regions that do not begin at a block.
   *
   * @throws JobException which names the option at fault
   */
  public static void checkOffsets(JobSpec job, List<FileRegion> files) {
    for (FileRegion file : files) {
      if (file.offsetBytes() % job.access().mostBlockBytes() != 0) {
        throw job.error(
            "offset must be a multiple of the block size with ioengine=" + job.engine());
      }
    }
  }
}
