package io.luciola.cluster.disk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What is mounted, from {@code /proc/self/mountinfo}. */
final class MountTable {

  /**
   * A mount.
   *
   * @param deviceNumber major and minor, {@code 259:1}; not a block device's for some file systems
   * @param point where
   * @param type of the file system
   * @param source device or what stands for it
   * @param options of the file system
   */
  record Mount(String deviceNumber, String point, String type, String source, String options) {

    /** The page size of a hugetlbfs, such as {@code 2M}; empty when it is the machine's default. */
    Optional<String> pageSize() {
      return Arrays.stream(options.split(",", -1))
          .filter(option -> option.startsWith("pagesize="))
          .map(option -> option.substring("pagesize=".length()))
          .findAny();
    }
  }

  private static final int DEVICE_NUMBER = 2;
  private static final int POINT = 4;

  private final List<Mount> mounts = new ArrayList<>();

  MountTable(SystemFiles files) {
    // id parent major:minor root point options [tag...] - type source options
    for (String line : files.table("/proc/self/mountinfo")) {
      String[] halves = line.split(" - ", 2);
      String[] words = halves[0].split(" ", -1);
      String[] system = halves.length == 2 ? halves[1].split(" ", 3) : new String[0];
      if (words.length > POINT && system.length >= 2) {
        mounts.add(
            new Mount(
                words[DEVICE_NUMBER],
                EscapedPath.decode(words[POINT]),
                system[0],
                EscapedPath.decode(system[1]),
                system.length > 2 ? system[2] : ""));
      }
    }
  }

  List<Mount> all() {
    return mounts;
  }
}
