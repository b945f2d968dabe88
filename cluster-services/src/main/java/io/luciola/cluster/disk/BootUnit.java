package io.luciola.cluster.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The systemd unit that claims one drive again at every boot.
 *
 * <p>It runs {@code luciola disk claim}, so that the same refusals hold as by hand, and names the
 * drive's serial number: PCI addresses may move when a card is added, and another drive must not be
 * taken for this one. A udev rule or {@code modprobe.d} could check neither.
 */
final class BootUnit {

  /** Where a storage node's unit goes, for the order of their starts. */
  private static final String STORAGE_UNIT = "luciola-storage.service";

  private final SystemFiles files;

  BootUnit(SystemFiles files) {
    this.files = files;
  }

  static String name(PciAddress address) {
    return "luciola-claim-" + address + ".service";
  }

  static String path(PciAddress address) {
    return "/etc/systemd/system/" + name(address);
  }

  /** Whether systemd runs this machine. */
  boolean isPossible() {
    return files.exists("/run/systemd/system");
  }

  boolean exists(PciAddress address) {
    return files.exists(path(address));
  }

  /** Adds the steps that write and enable it. */
  void add(
      PciAddress address,
      UserSpaceDriver driver,
      String serial,
      ClaimRequest request,
      Launcher launcher,
      List<Step> steps) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(launcher.program(), "disk", "claim", address.text()));
    command.addAll(List.of("--serial", serial, "--driver", driver.label()));
    command.addAll(List.of("--huge-pages-mib", Long.toString(request.hugePagesMib())));
    if (request.user() != null) {
      command.addAll(List.of("--user", request.user()));
    }
    if (request.forced()) {
      command.addAll(List.of("--force", "--force"));
    }
    String content =
        """
        # Written by 'luciola disk claim --persist'; 'luciola disk release %1$s' removes it.
        [Unit]
        Description=Claim NVMe drive %1$s for Luciola
        After=systemd-modules-load.service local-fs.target
        Before=%2$s

        [Service]
        Type=oneshot
        Environment=%3$s
        ExecStart=%4$s

        [Install]
        WantedBy=multi-user.target
        """
            .formatted(
                address,
                STORAGE_UNIT,
                quoted("JAVA_HOME=" + launcher.javaHome()),
                command.stream().map(BootUnit::argument).collect(Collectors.joining(" ")));
    steps.add(new Step.WriteFile(path(address), content));
    steps.add(Step.Run.of("systemctl", "daemon-reload"));
    steps.add(Step.Run.of("systemctl", "enable", name(address)));
  }

  /** Adds the steps that remove it, if it is there. */
  void remove(PciAddress address, List<Step> steps) {
    if (!exists(address)) {
      return;
    }
    if (isPossible()) {
      steps.add(Step.Run.of("systemctl", "disable", name(address)));
    }
    steps.add(new Step.DeleteFile(path(address)));
    if (isPossible()) {
      steps.add(Step.Run.of("systemctl", "daemon-reload"));
    }
  }

  /** A word of a command: systemd would put a variable's value in place of a dollar sign. */
  private static String argument(String word) {
    return quoted(word.replace("$", "$$"));
  }

  private static String quoted(String word) {
    String escaped = word.replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%");
    return "\"" + escaped + "\"";
  }
}
