package io.luciola.cluster.disk;

import java.io.IOException;
import java.util.List;

/** Runs the system's commands. */
public interface Commands {

  /**
   * Runs a command to its end.
   *
   * @throws IOException when it cannot be run or ends with another code than 0; the message holds
   *     what it printed
   */
  void run(List<String> command) throws IOException;
}
