package io.luciola.fio.engine;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceException;
import io.luciola.blockstore.device.DeviceOpener;
import io.luciola.blockstore.device.DeviceOptions;
import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.blockstore.linux.Errno;
import io.luciola.fio.job.JobException;
import io.luciola.fio.job.JobSpec;
import io.luciola.fio.job.OptionValue;
import java.util.List;

/** The option {@code device=} of the engines that run on a device of Luciola. */
public final class DeviceOption {

  /** The option's key. */
  public static final String KEY = "device";

  private DeviceOption() {}

  /**
   * The device that a job names, for when jobs are checked: all are before the first one opens its
   * device, and what can only be known of all together is then.
   *
   * @throws JobException when it names none, or what is none, or a kind that this machine cannot
   */
  public static DeviceSpec check(JobSpec job) {
    DeviceSpec device = of(job);
    try {
      DeviceOpener.expect(List.of(device));
    } catch (DeviceException unusable) {
      throw job.error(unusable.getMessage());
    }
    return device;
  }

  /**
   * Opens a device.
   *
   * @throws EngineException saying why it does not open
   */
  public static BlockDevice open(DeviceSpec spec) throws EngineException {
    try {
      return DeviceOpener.open(spec, DeviceOptions.defaults());
    } catch (DeviceException failed) {
      throw new EngineException(Errno.ENXIO, failed.getMessage(), failed);
    }
  }

  /**
   * The device that a job names.
   *
   * @throws JobException when it names none, or what is none
   */
  public static DeviceSpec of(JobSpec job) {
    OptionValue option =
        job.engineOption(KEY)
            .orElseThrow(
                () ->
                    job.error(
                        "ioengine="
                            + job.engine()
                            + " needs device=, such as uring:/dev/nvme0n1 or memory:256MiB"));
    try {
      return DeviceSpec.parse(String.valueOf(option.raw()));
    } catch (IllegalArgumentException wrong) {
      throw option.error(wrong.getMessage());
    }
  }
}
