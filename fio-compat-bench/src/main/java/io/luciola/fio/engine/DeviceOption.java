package io.luciola.fio.engine;

import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.fio.job.JobException;
import io.luciola.fio.job.JobSpec;
import io.luciola.fio.job.OptionValue;

/** The option {@code device=} of the engines that run on a device of Luciola. */
public final class DeviceOption {

  /** The option's key. */
  public static final String KEY = "device";

  private DeviceOption() {}

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
