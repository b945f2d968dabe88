package io.luciola.fio.engine.blockstore;

import io.luciola.blockstore.agent.IdleMode;
import io.luciola.blockstore.agent.ThreadingMode;
import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.fio.engine.ChunkedJob;
import io.luciola.fio.engine.DeviceOption;
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
 * The chunk engine. Each job thread has a device of its own, named by {@code device=}; {@code
 * chunk_size=} is the size of the chunks, 1 MiB unless given; {@code scrub_rate=} how much per
 * second is verified in the background, nothing unless given.
 */
public final class BlockstoreEngine implements IoEngine {

  private static final String THREADING = "threading";
  private static final String IDLE = "idle";
  private static final String SCRUB_RATE = "scrub_rate";
  private static final int LEAST_CHUNK_BYTES = 4096;

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
    return Set.of(DeviceOption.KEY, ChunkedJob.CHUNK_SIZE, THREADING, IDLE, SCRUB_RATE);
  }

  @Override
  public void check(JobSpec job) {
    DeviceSpec device = DeviceOption.check(job);
    ChunkedJob.check(job, chunkBytes(job));
    if (device instanceof DeviceSpec.Null && !job.content().zeros()) {
      throw job.error(
          "device="
              + device
              + " moves no bytes, so only zeros are what they should be; add"
              + " zero_buffers");
    }
    if (job.files().unlink()) {
      throw job.error("ioengine=blockstore has no files to unlink");
    }
    boolean ownEngine = threading(job) == ThreadingMode.INVOKER;
    if (ownEngine && job.cloneNumber() > 0 && !isPrivate(device)) {
      throw job.error(
          "numjobs above 1 on one device needs threading=dedicated or threading=shared, with which"
              + " jobs share the engine on "
              + device);
    }
    if (ownEngine) {
      refuse(job, IDLE, "goes with threading=dedicated or threading=shared only");
    } else {
      refuse(job, SCRUB_RATE, "goes with threading=invoker only");
    }
    idle(job);
    scrubBytesPerSecond(job);
  }

  @Override
  public long sizeOf(JobSpec job, String fileName) {
    return -1;
  }

  @Override
  public void prepare(JobSpec job, List<FileRegion> files) {
    // The device belongs to the job's thread, which lays out its files when it opens it.
    ChunkedJob.checkOffsets(job, files);
    switch (threading(job)) {
      case DEDICATED -> dedicated.announce(job, DeviceOption.of(job), idle(job), files);
      case SHARED -> shared.announce(job, DeviceOption.of(job), idle(job), files);
      case INVOKER -> {}
    }
  }

  @Override
  public IoChannel open(JobSpec job, List<FileRegion> files) throws EngineException {
    DeviceSpec device = DeviceOption.of(job);
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
              listener ->
                  OwnEngine.open(device, job.depth().depth(), scrubBytesPerSecond(job), listener));
    };
  }

  @Override
  public void remove(JobSpec job, List<FileRegion> files) {
    throw new IllegalStateException("unlink was refused");
  }

  private static void refuse(JobSpec job, String key, String why) {
    job.engineOption(key)
        .ifPresent(
            option -> {
              throw option.error(why);
            });
  }

  /** Whether each opening makes a device of its own. */
  private static boolean isPrivate(DeviceSpec device) {
    return device instanceof DeviceSpec.InMemory || device instanceof DeviceSpec.Null;
  }

  private static ThreadingMode threading(JobSpec job) {
    OptionValue option = job.engineOption(THREADING).orElse(null);
    return option == null ? ThreadingMode.INVOKER : parsed(option, ThreadingMode::parse);
  }

  private static IdleMode idle(JobSpec job) {
    OptionValue option = job.engineOption(IDLE).orElse(null);
    return option == null ? IdleMode.BLOCK : parsed(option, IdleMode::parse);
  }

  private static long scrubBytesPerSecond(JobSpec job) {
    OptionValue option = job.engineOption(SCRUB_RATE).orElse(null);
    return option == null ? 0 : option.sizeBytes(0, Long.MAX_VALUE);
  }

  private static <T> T parsed(OptionValue option, Function<String, T> parser) {
    try {
      return parser.apply(String.valueOf(option.raw()));
    } catch (IllegalArgumentException wrong) {
      throw option.error(wrong.getMessage());
    }
  }

  private static int chunkBytes(JobSpec job) {
    return ChunkedJob.chunkBytes(job, LEAST_CHUNK_BYTES);
  }
}
