package io.luciola.cluster.disk;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The members of RAID arrays, from {@code /proc/mdstat}. */
final class RaidArrays {

  // md0 : active (auto-read-only) raid1 nvme1n1p1[1] nvme0n1p1[0](F)
  private static final Pattern ARRAY = Pattern.compile("(md\\S*) : (.*)");
  private static final Pattern MEMBER = Pattern.compile("(\\S+)\\[\\d+]");

  private final Map<String, Set<String>> arrays = new HashMap<>();

  RaidArrays(SystemFiles files) {
    for (String line : files.table("/proc/mdstat")) {
      Matcher array = ARRAY.matcher(line);
      if (array.matches()) {
        MEMBER
            .matcher(array.group(2))
            .results()
            .forEach(
                member ->
                    arrays
                        .computeIfAbsent(member.group(1), name -> new LinkedHashSet<>())
                        .add(array.group(1)));
      }
    }
  }

  /** The arrays that have a block device; it is never in more than one unless damaged. */
  Set<String> of(String member) {
    return arrays.getOrDefault(member, Set.of());
  }
}
