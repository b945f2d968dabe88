package io.luciola.spdk;

/** How the end of a command gets from SPDK into Java. */
public enum CompletionWay {
  /**
   * SPDK calls a function of its own that copies the 16 bytes of the completion into memory which
   * {@link NvmeQueuePair#poll} looks through. No call from C into Java, no C of our own.
   */
  COPY,
  /**
   * SPDK calls into Java for every completion. The portable way: it needs nothing but the signature
   * of the callback.
   */
  UPCALL
}
