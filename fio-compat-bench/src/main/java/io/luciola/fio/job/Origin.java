package io.luciola.fio.job;

/**
 * Where an option was written.
 *
 * @param source the job file's name, or {@code command line}
 * @param line line number from 1; 0 on the command line
 */
public record Origin(String source, int line) {

  /** The command line. */
  public static final Origin COMMAND_LINE = new Origin("command line", 0);

  @Override
  public String toString() {
    return line == 0 ? source : source + ":" + line;
  }
}
