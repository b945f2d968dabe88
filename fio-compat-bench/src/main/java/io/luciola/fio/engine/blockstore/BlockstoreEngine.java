package io.luciola.fio.engine.blockstore;

import io.luciola.blockstore.agent.IdleMode;
import io.luciola.blockstore.agent.ThreadingMode;
import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.fio.engine.EngineException;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.engine.IoChannel;
import io.luciola.fio.engine.IoEngine;
import io.luciola.fio.job.JobSpec;
import io.luciola.fio.job.OptionValue;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * The chunk engine on the device that {@code device=} names; {@code chunk_size=} is the size of the
 * chunks, 1 MiB unless given.
 *
 * <p>{@code threading=invoker}, the default: each job runs an engine on its own thread, and has the
 * device for itself. {@code threading=dedicated}: each device's engine has a thread of its own, and
 * jobs that name the same device share it; {@code threading=shared}: one thread for all those
 * engines. {@code idle=} is what these threads and the jobs' do when there is nothing to do.
 */
public final class BlockstoreEngine implements IoEngine {

  private static final String DEVICE = "device";
  private static final String CHUNK_SIZE = "chunk_size";
  private static final String THREADING = "threading";
  private static final String IDLE = "idle";
  private static final int DEFAULT_CHUNK_BYTES = 1 << 20;

  private final SharedEngines dedicated = new SharedEngines(ThreadingMode.DEDICATED);
  private final SharedEngines shared = new SharedEngines(ThreadingMode.SHARED);

  /** For the service loader. */
  public BlockstoreEngine() {}

  @Override
  public List<String> names() {
    return List.of("blockstore");
  }

  @Override
  public Set<String> options() {
    return Set.of(DEVICE, CHUNK_SIZE, THREADING, IDLE);
  }

  @Override
  public void check(JobSpec job) {
    DeviceSpec device = deviceOf(job);
    int chunk = chunkBytes(job);
    if (job.access().trims()) {
      throw job.error("ioengine=blockstore cannot trim");
    }
    if (job.files().unlink()) {
      throw job.error("ioengine=blockstore has no files to unlink");
    }
    boolean ownEngine = threading(job) == ThreadingMode.INVOKER;
    if (ownEngine && job.cloneNumber() > 0 && !(device instanceof DeviceSpec.InMemory)) {
      throw job.error(
          "numjobs above 1 on one device needs threading=dedicated or threading=shared, with which"
              + " jobs share the engine on "
              + device);
    }
    if (ownEngine) {
      job.engineOption(IDLE)
          .ifPresent(
              option -> {
                throw option.error("goes with threading=dedicated or threading=shared only");
              });
    }
    idle(job);
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
    switch (threading(job)) {
      case DEDICATED -> dedicated.announce(job, deviceOf(job), idle(job), files);
      case SHARED -> shared.announce(job, deviceOf(job), idle(job), files);
      case INVOKER -> {}
    }
  }

  @Override
  public IoChannel open(JobSpec job, List<FileRegion> files) throws EngineException {
    DeviceSpec device = deviceOf(job);
    int chunk = chunkBytes(job);
    return switch (threading(job)) {
      case DEDICATED -> dedicated.open(job, device, chunk, files);
      case SHARED -> shared.open(job, device, chunk, files);
      case INVOKER ->
          EngineChannel.open(
              job,
              device,
              chunk,
              files,
              listener -> OwnEngine.open(device, job.depth().depth(), listener));
    };
  }

  @Override
  public void remove(JobSpec job, List<FileRegion> files) {
    throw new IllegalStateException("unlink was refused");
  }

  private static ThreadingMode threading(JobSpec job) {
    OptionValue option = job.engineOption(THREADING).orElse(null);
    return option == null ? ThreadingMode.INVOKER : parsed(option, ThreadingMode::parse);
  }

  private static IdleMode idle(JobSpec job) {
    OptionValue option = job.engineOption(IDLE).orElse(null);
    return option == null ? IdleMode.BLOCK : parsed(option, IdleMode::parse);
  }

  private static <T> T parsed(OptionValue option, Function<String, T> parser) {
    try {
      return parser.apply(String.valueOf(option.raw()));
    } catch (IllegalArgumentException wrong) {
      throw option.error(wrong.getMessage());
    }
  }

  private static DeviceSpec deviceOf(JobSpec job) {
    OptionValue option =
        job.engineOption(DEVICE)
            .orElseThrow(
                () ->
                    job.error(
                        "ioengine=blockstore needs device=, such as uring:/dev/nvme0n1 or"
                            + " memory:256MiB"));
    return parsed(option, DeviceSpec::parse);
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
