package io.luciola.fio.engine.blockstore;

import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.fio.engine.EngineException;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.engine.IoChannel;
import io.luciola.fio.engine.IoEngine;
import io.luciola.fio.job.JobSpec;
import io.luciola.fio.job.OptionValue;
import java.util.List;
import java.util.Set;

/**
 * The chunk engine. Each job thread has a device of its own, named by {@code device=}; {@code
 * chunk_size=} is the size of the chunks, 1 MiB unless given.
 */
public final class BlockstoreEngine implements IoEngine {

  private static final String DEVICE = "device";
  private static final String CHUNK_SIZE = "chunk_size";
  private static final int DEFAULT_CHUNK_BYTES = 1 << 20;

  /** For the service loader. */
  public BlockstoreEngine() {}

  @Override
  public List<String> names() {
    return List.of("blockstore");
  }

  @Override
  public Set<String> options() {
    return Set.of(DEVICE, CHUNK_SIZE);
  }

  @Override
  public void check(JobSpec job) {
    DeviceSpec device = deviceOf(job);
    int chunk = chunkBytes(job);
    if (device instanceof DeviceSpec.Null && !job.content().zeros()) {
      throw job.error(
          "device="
              + device
              + " moves no bytes, so only zeros are what they should be; add"
              + " zero_buffers");
    }
    if (job.access().trims()) {
      throw job.error("ioengine=blockstore cannot trim");
    }
    if (job.files().unlink()) {
      throw job.error("ioengine=blockstore has no files to unlink");
    }
    if (job.cloneNumber() > 0 && !isPrivate(device)) {
      throw job.error(
          "numjobs above 1 needs a device per job in this version; write one section for each"
              + " device instead of numjobs with device="
              + device);
    }
    if (chunk % job.access().mostBlockBytes() != 0 || chunk % job.access().leastBlockBytes() != 0) {
      throw job.error("the block size must divide chunk_size=" + chunk);
    }
  }

  @Override
  public long sizeOf(JobSpec job, String fileName) {
    return -1;
  }

  @Override
  public void prepare(JobSpec job, List<FileRegion> files) {
    // The device belongs to the job's thread, which lays out its files when it opens it.
    for (FileRegion file : files) {
      if (file.offsetBytes() % job.access().mostBlockBytes() != 0) {
        throw job.error("offset must be a multiple of the block size with ioengine=blockstore");
      }
    }
  }

  @Override
  public IoChannel open(JobSpec job, List<FileRegion> files) throws EngineException {
    return EngineChannel.open(job, deviceOf(job), chunkBytes(job), files);
  }

  @Override
  public void remove(JobSpec job, List<FileRegion> files) {
    throw new IllegalStateException("unlink was refused");
  }

  /** Whether each opening makes a device of its own. */
  private static boolean isPrivate(DeviceSpec device) {
    return device instanceof DeviceSpec.InMemory || device instanceof DeviceSpec.Null;
  }

  private static DeviceSpec deviceOf(JobSpec job) {
    OptionValue option =
        job.engineOption(DEVICE)
            .orElseThrow(
                () ->
                    job.error(
                        "ioengine=blockstore needs device=, such as uring:/dev/nvme0n1 or"
                            + " memory:256MiB"));
    try {
      return DeviceSpec.parse(String.valueOf(option.raw()));
    } catch (IllegalArgumentException wrong) {
      throw option.error(wrong.getMessage());
    }
  }

  private static int chunkBytes(JobSpec job) {
    OptionValue option = job.engineOption(CHUNK_SIZE).orElse(null);
    if (option == null) {
      return DEFAULT_CHUNK_BYTES;
    }
    int bytes = (int) option.sizeBytes(4096, 64 << 20);
    if (Integer.bitCount(bytes) != 1) {
      throw option.error("must be a power of two from 4k to 64m");
    }
    return bytes;
  }
}
