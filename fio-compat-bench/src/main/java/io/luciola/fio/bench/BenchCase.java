package io.luciola.fio.bench;

import java.io.IOException;
import java.util.List;

/** One comparison: a name to choose it by, and what it gives for the table. */
interface BenchCase {

  /** For {@code --only}. */
  String name();

  /** Whether it needs the system's fio. */
  boolean needsSystemFio();

  /** What it will ask the workspace for. */
  List<Asset> assets();

  /**
   * Measures; tells the progress how far it is.
   *
   * @throws BenchException when a run fails; the message says which and why
   */
  List<Row> run(Rig rig) throws IOException, InterruptedException;
}
