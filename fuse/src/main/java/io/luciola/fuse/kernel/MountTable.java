package io.luciola.fuse.kernel;

import io.luciola.fuse.MountException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What is mounted where in this process's name space. */
public final class MountTable {

  /** The type under which our mounts stand in the table. */
  public static final String TYPE = "fuse.luciola";

  private static final Path MOUNT_INFO = Path.of("/proc/self/mountinfo");

  private MountTable() {}

  /**
   * What is mounted at a directory; the topmost, when there are several.
   *
   * @param directory absolute, without symbolic links
   */
  public static Optional<Entry> at(Path directory) throws MountException {
    List<String> lines;
    try {
      lines = Files.readAllLines(MOUNT_INFO, StandardCharsets.ISO_8859_1);
    } catch (IOException failure) {
      throw new MountException("reading " + MOUNT_INFO, failure);
    }
    byte[] wanted = directory.toString().getBytes(StandardCharsets.UTF_8);
    String wantedLatin = new String(wanted, StandardCharsets.ISO_8859_1);
    return lines.stream()
        .filter(line -> unescaped(line.split(" ", 6)[4]).equals(wantedLatin))
        .reduce((below, above) -> above)
        .map(MountTable::entry);
  }

  private static Entry entry(String line) {
    String[] fields = line.substring(line.indexOf(" - ") + 3).split(" ", 3);
    return new Entry(fields[0], unescaped(fields[1]));
  }

  /** The table writes white space and backslashes as a backslash and three octal digits. */
  private static String unescaped(String field) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < field.length(); i++) {
      if (field.charAt(i) == '\\' && i + 3 < field.length()) {
        text.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        text.append(field.charAt(i));
      }
    }
    return text.toString();
  }

  /**
   * A mount.
   *
   * @param type of file system
   * @param source as given when it was mounted
   */
  public record Entry(String type, String source) {

    /** Whether this is one of ours. */
    public boolean isLuciola() {
      return type.equals(TYPE);
    }
  }
}
