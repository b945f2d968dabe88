package io.luciola.fio.engine.chunkfile;

import io.luciola.fio.engine.ChunkedJob;
import io.luciola.fio.engine.EngineException;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.engine.IoChannel;
import io.luciola.fio.engine.IoEngine;
import io.luciola.fio.job.JobSpec;
import io.luciola.fio.job.OptionValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Chunks in files of the local file system, as 3FS keeps them. They lie in {@code directory=}, in a
 * directory of their own for each {@code chunk_size=}; {@code sync_metadata=1} makes the log of
 * metadata durable before a write is acknowledged, which 3FS by default does not.
 */
public final class ChunkfileEngine implements IoEngine {

  private static final String SYNC_METADATA = "sync_metadata";

  /** For the service loader. */
  public ChunkfileEngine() {}

  @Override
  public List<String> names() {
    return List.of("chunkfile");
  }

  @Override
  public Set<String> options() {
    return Set.of(ChunkedJob.CHUNK_SIZE, SYNC_METADATA);
  }

  @Override
  public void check(JobSpec job) {
    ChunkedJob.check(job, chunkBytes(job));
    syncMetadata(job);
    directoryOf(job);
    if (job.files().unlink()) {
      throw job.error(
          "ioengine=chunkfile keeps many chunks in a file; remove its directory instead of unlink");
    }
    if (job.cloneNumber() > 0) {
      throw job.error(
          "numjobs above 1 needs a directory per job; write one section for each instead");
    }
  }

  @Override
  public long sizeOf(JobSpec job, String fileName) {
    return -1;
  }

  @Override
  public void prepare(JobSpec job, List<FileRegion> files) {
    // The store belongs to the job's thread, which lays out its files when it opens it.
    ChunkedJob.checkOffsets(job, files);
  }

  @Override
  public IoChannel open(JobSpec job, List<FileRegion> files) throws EngineException {
    int chunkBytes = chunkBytes(job);
    ChunkfileChannel channel =
        ChunkfileChannel.open(
            ChunkStore.open(directoryOf(job), chunkBytes),
            files,
            chunkBytes,
            job.depth().depth(),
            syncMetadata(job));
    try {
      if (job.access().reads() || job.access().random()) {
        new ChunkLayout(channel, chunkBytes, job.random().seed()).layOut(files);
      }
      return channel;
    } catch (EngineException | RuntimeException failed) {
      channel.close();
      throw failed;
    }
  }

  @Override
  public void remove(JobSpec job, List<FileRegion> files) {
    throw new IllegalStateException("unlink was refused");
  }

  private static int chunkBytes(JobSpec job) {
    return ChunkedJob.chunkBytes(job, ChunkStore.LEAST_SLOT_BYTES);
  }

  private static boolean syncMetadata(JobSpec job) {
    OptionValue option = job.engineOption(SYNC_METADATA).orElse(null);
    return option != null && option.sizeBytes(0, 1) == 1;
  }

  /** The one directory that all the job's files are in. */
  private static Path directoryOf(JobSpec job) {
    List<Path> directories =
        job.files().names().stream()
            .map(name -> Path.of(name).toAbsolutePath().normalize().getParent())
            .distinct()
            .toList();
    if (directories.size() != 1 || directories.getFirst() == null) {
      throw job.error("ioengine=chunkfile needs all files in one directory=, not " + directories);
    }
    return directories.getFirst();
  }
}
