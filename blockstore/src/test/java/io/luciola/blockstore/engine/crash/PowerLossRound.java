package io.luciola.blockstore.engine.crash;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceOpener;
import io.luciola.blockstore.device.DeviceOptions;
import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.FormatOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * A process for machines that lose their power: checks that the device holds what the rounds before
 * said was acknowledged, and then, unless this is the last round, updates chunks and says what is
 * acknowledged until the machine is gone. {@code guest/host/power-losses.sh} plays the rounds.
 */
final class PowerLossRound {

  private PowerLossRound() {}

  /**
   * Arguments: the device; the seed; a file with what the rounds before said, empty before the
   * first, which formats the device; {@code last}, or after how many seconds of updates the power
   * goes; and the file by which the machine is asked for that.
   */
  public static void main(String[] arguments) throws IOException {
    DeviceSpec spec = DeviceSpec.parse(arguments[0]);
    long seed = Long.parseLong(arguments[1]);
    List<String> heard = Files.readAllLines(Path.of(arguments[2]));
    String seconds = arguments[3];
    DeviceOpener.expect(List.of(spec));
    int[] reached = new int[KillWriter.CHUNKS];
    if (heard.isEmpty()) {
      format(spec);
    } else {
      Acknowledged acknowledged = new Acknowledged(seed);
      heard.forEach(acknowledged::note);
      reached = acknowledged.verify(open(spec), false);
      System.out.println(
          "verified: %d updates were acknowledged, %d are there"
              .formatted(acknowledged.updates(), Arrays.stream(reached).sum()));
    }
    if (!seconds.equals("last")) {
      KillWriter writer = new KillWriter(open(spec), seed, reached, KillWriter.standardOutput());
      Files.writeString(Path.of(arguments[4]), "kill " + seconds + "\n");
      writer.run();
    }
  }

  private static void format(DeviceSpec spec) {
    try (BlockDevice device = open(spec)) {
      BlockEngine.format(
          device,
          FormatOptions.defaults(new UUID(3, 4)).withMaxChunks(256).withJournalBytes(2 << 20));
    }
    System.out.println("formatted " + spec);
  }

  private static BlockDevice open(DeviceSpec spec) {
    return DeviceOpener.open(spec, DeviceOptions.defaults());
  }
}
