package io.luciola.spdk;

/** How SPDK tells a queue pair that a command completed. One thread at a time. */
sealed interface CompletionPath permits CopiedCompletions, UpcallCompletions {

  /** Whether SPDK calls into Java. */
  boolean upcalls();

  /** What SPDK is to call. */
  long callback();

  /** What SPDK is to give to the callback for the command in the slot. */
  long argument(int slot);

  /** The command in the slot is about to be submitted. */
  void submitting(int slot);

  /** The last command of {@link #submitting} was refused and will not complete. */
  void refused(int slot);

  /**
   * Records completions in the slots.
   *
   * @param expected how many SPDK says there were since the last time; there may be more
   */
  void collect(int expected);

  /** Records every completion there is in the slots. */
  void collectAll();

  /** Gives memory back; SPDK does not know the queue pair any more. */
  void close();
}
