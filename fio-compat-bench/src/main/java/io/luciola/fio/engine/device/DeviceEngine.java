package io.luciola.fio.engine.device;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.blockstore.linux.Errno;
import io.luciola.fio.engine.DeviceOption;
import io.luciola.fio.engine.EngineException;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.engine.IoChannel;
import io.luciola.fio.engine.IoEngine;
import io.luciola.fio.job.JobSpec;
import io.luciola.fio.job.OptionValue;
import java.util.List;
import java.util.Set;

/**
 * Runs jobs on a bare device: what the device and its driver can do before the chunk engine adds
 * its own. Each job opens the device for itself, and its offsets are the device's.
 *
 * <p>Options: {@code device=} as everywhere; {@code destroy_data=1}, without which a job that
 * writes or trims is refused, because it overwrites whatever the device carries.
 */
public final class DeviceEngine implements IoEngine {

  private static final String DESTROY_DATA = "destroy_data";

  /** For the service loader. */
  public DeviceEngine() {}

  @Override
  public List<String> names() {
    return List.of("device");
  }

  @Override
  public Set<String> options() {
    return Set.of(DeviceOption.KEY, DESTROY_DATA);
  }

  @Override
  public void check(JobSpec job) {
    DeviceSpec device = DeviceOption.check(job);
    if (job.files().unlink()) {
      throw job.error("ioengine=device has no files to unlink");
    }
    boolean mayDestroy =
        job.engineOption(DESTROY_DATA).map(DeviceEngine::isSet).orElse(Boolean.FALSE);
    if (!mayDestroy && (job.access().writes() || job.access().trims())) {
      throw job.error("it overwrites what " + device + " carries; add destroy_data=1 if it may");
    }
  }

  private static boolean isSet(OptionValue option) {
    return option.sizeBytes(0, 1) == 1;
  }

  @Override
  public long sizeOf(JobSpec job, String fileName) throws EngineException {
    try (BlockDevice device = DeviceOption.open(DeviceOption.of(job))) {
      return device.geometry().sizeBytes();
    }
  }

  @Override
  public void prepare(JobSpec job, List<FileRegion> files) {
    if (files.size() > 1) {
      throw job.error("ioengine=device has one device and no files: nrfiles must be 1");
    }
  }

  @Override
  public IoChannel open(JobSpec job, List<FileRegion> files) throws EngineException {
    DeviceSpec spec = DeviceOption.of(job);
    BlockDevice device = DeviceOption.open(spec);
    FileRegion region = files.getFirst();
    if (region.endBytes() > device.geometry().sizeBytes()) {
      long sizeBytes = device.geometry().sizeBytes();
      device.close();
      throw new EngineException(
          Errno.ENOSPC,
          spec
              + " has "
              + sizeBytes
              + " bytes, and the job wants "
              + region.endBytes()
              + "; make offset and size smaller");
    }
    return new DeviceChannel(device, job.depth().depth());
  }

  @Override
  public void remove(JobSpec job, List<FileRegion> files) {
    // There are no files.
  }
}
