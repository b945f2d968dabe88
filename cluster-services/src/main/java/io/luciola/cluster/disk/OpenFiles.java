package io.luciola.cluster.disk;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which processes have which devices open. Only root sees those of all users.
 *
 * <p>A picture of one moment.
 */
final class OpenFiles {

  /** SPDK holds a lock file of this name and the PCI address while it drives a device. */
  static final String SPDK_LOCK = "/var/tmp/spdk_pci_lock_";

  /**
   * A process.
   *
   * @param id its number
   * @param name its command's name
   * @param luciola whether it is one of Luciola's
   */
  record Owner(String id, String name, boolean luciola) {
    @Override
    public String toString() {
      return "process " + id + " (" + name + ")";
    }
  }

  private final Map<String, List<Owner>> processes = new HashMap<>();

  OpenFiles(SystemFiles files) {
    // What this process has inherited from its shell is the shell's use, not its own.
    String self = files.linkName("/proc/self").orElse("");
    for (String id : files.names("/proc")) {
      if (id.chars().allMatch(Character::isDigit) && !id.equals(self)) {
        look(files, id);
      }
    }
  }

  private void look(SystemFiles files, String id) {
    String directory = "/proc/" + id;
    for (String number : files.names(directory + "/fd")) {
      String target = files.link(directory + "/fd/" + number).orElse("");
      if (target.startsWith("/dev/") || target.startsWith(SPDK_LOCK)) {
        Owner process =
            new Owner(
                id,
                files.attribute(directory + "/comm").orElse("?"),
                files.attribute(directory + "/cmdline").orElse("").contains("io.luciola."));
        List<Owner> known = processes.computeIfAbsent(target, path -> new ArrayList<>());
        if (!known.contains(process)) {
          known.add(process);
        }
      }
    }
  }

  /** The processes that have a file open. */
  List<Owner> of(String path) {
    return processes.getOrDefault(path, List.of());
  }
}
