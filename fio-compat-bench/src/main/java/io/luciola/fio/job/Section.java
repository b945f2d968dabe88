package io.luciola.fio.job;

import java.util.ArrayList;
import java.util.List;

/**
 * A job as written, before its options are read.
 *
 * @param name from the section header or {@code --name}
 * @param global the defaults in force where it stands, in the order written
 * @param own its own options, in the order written
 * @param origin where it starts
 * @param firstOfFile whether a job file starts with it that is not the first one: such a job waits
 *     for the jobs before
 */
public record Section(
    String name,
    List<OptionValue> global,
    List<OptionValue> own,
    Origin origin,
    boolean firstOfFile) {

  /** All options that apply, later ones overriding earlier ones. */
  public List<OptionValue> effective() {
    List<OptionValue> all = new ArrayList<>(global);
    all.addAll(own);
    return all;
  }
}
