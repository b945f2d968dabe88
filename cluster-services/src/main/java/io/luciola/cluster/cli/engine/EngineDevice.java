package io.luciola.cluster.cli.engine;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceException;
import io.luciola.blockstore.device.DeviceOpener;
import io.luciola.blockstore.device.DeviceOptions;
import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.cluster.cli.CommandFailure;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The device that a verb works on. */
final class EngineDevice {

  @Parameters(
      index = "0",
      paramLabel = "DEVICE",
      description = "As in configurations, for example uring:/dev/nvme0n1; or a path.")
  String text;

  DeviceSpec spec() {
    try {
      DeviceSpec spec =
          text.indexOf(':') < 0
              ? new DeviceSpec.Uring(Path.of(text).toAbsolutePath())
              : DeviceSpec.parse(text);
      return switch (spec) {
        case DeviceSpec.InMemory memory -> throw keepsNothing(memory);
        case DeviceSpec.Null nothing -> throw keepsNothing(nothing);
        default -> spec;
      };
    } catch (IllegalArgumentException wrong) {
      throw CommandFailure.usage(wrong.getMessage());
    }
  }

  private static CommandFailure keepsNothing(DeviceSpec spec) {
    return CommandFailure.usage(
        spec + " lives in the process that uses it: there is nothing on it to work on");
  }

  /** Opens it, for this process alone. */
  BlockDevice open() {
    try {
      return DeviceOpener.open(spec(), DeviceOptions.defaults());
    } catch (DeviceException refused) {
      throw CommandFailure.failed(refused.getMessage());
    }
  }
}
