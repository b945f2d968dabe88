package io.luciola.fio.job;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A command line, taken apart.
 *
 * @param action what to do
 * @param topic what to tell about, for {@link Action#COMMAND_HELP} and {@link Action#ENGINE_HELP};
 *     null for everything
 * @param formats output formats
 * @param outputFile where the report goes; null: standard output
 * @param eta when to show progress
 * @param onlySections names of the sections to run; empty: all
 * @param readOnly whether jobs that write are refused
 * @param defaults options before the first {@code --name}: they hold for all jobs
 * @param sections the jobs of the command line
 * @param jobFiles paths of job files
 */
public record Invocation(
    Action action,
    @Nullable String topic,
    Set<Format> formats,
    @Nullable String outputFile,
    Eta eta,
    Set<String> onlySections,
    boolean readOnly,
    List<OptionValue> defaults,
    List<Section> sections,
    List<String> jobFiles) {

  /** What to do. */
  public enum Action {
    /** Run the jobs. */
    RUN,
    /** Read the jobs and say whether they are right. */
    PARSE_ONLY,
    /** Print the version. */
    VERSION,
    /** Print the options of the command. */
    HELP,
    /** Print the options of jobs. */
    COMMAND_HELP,
    /** Print the engines. */
    ENGINE_HELP
  }

  /** Form of the report. */
  public enum Format {
    /** Text. */
    NORMAL,
    /** JSON. */
    JSON,
    /** JSON with histograms. */
    JSON_PLUS
  }

  /** When to show progress. */
  public enum Eta {
    /** On a terminal. */
    AUTO,
    /** In any case. */
    ALWAYS,
    /** Not at all. */
    NEVER
  }
}
