package io.luciola.cluster.disk;

/** Whether this process may do what only root may. */
public final class Administrator {

  private static final int EFFECTIVE = 2;

  private Administrator() {}

  /** Whether its effective user is root, by the machine's {@code /proc/self/status}. */
  public static boolean isRoot(SystemFiles files) {
    // Uid: real effective saved file-system
    return files.table("/proc/self/status").stream()
        .filter(line -> line.startsWith("Uid:"))
        .map(line -> line.split("\\s+", -1))
        .anyMatch(ids -> ids.length > EFFECTIVE && ids[EFFECTIVE].equals("0"));
  }
}
