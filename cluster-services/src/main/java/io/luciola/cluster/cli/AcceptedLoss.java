package io.luciola.cluster.cli;

import picocli.CommandLine.Option;

/** The word of an operator that data may be lost: an option that a verb cannot do without. */
public final class AcceptedLoss {

  @Option(
      names = "--accept-data-loss",
      required = true,
      description = "Says that the loss is accepted.")
  private boolean accepted;

  /** Refuses to go on without it, as when it was written as {@code =false}. */
  public void check() {
    if (!accepted) {
      throw CommandFailure.usage("without --accept-data-loss nothing is done");
    }
  }
}
