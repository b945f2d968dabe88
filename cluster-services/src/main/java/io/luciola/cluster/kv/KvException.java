package io.luciola.cluster.kv;

import org.jspecify.annotations.Nullable;

/** A transaction did not commit, may not have, or could not read. */
public final class KvException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What went wrong and hence what may be done about it. */
  public enum Kind {
    /** Another transaction changed what this one had read: begin again. Nothing was written. */
    CONFLICT(true),
    /** The transaction outlived its five seconds: begin again. Nothing was written. */
    TOO_OLD(true),
    /** The outcome is not known: it may be committed, now or after a restart of the store. */
    COMMIT_UNKNOWN(false),
    /** A key, a value or the whole transaction is above its limit. Nothing was written. */
    TOO_LARGE(false),
    /** The store cannot work: disk full, device error, closed. Nothing was written. */
    IO(false);

    private final boolean retryable;

    Kind(boolean retryable) {
      this.retryable = retryable;
    }
  }

  private final Kind kind;

  /** An error without a cause below it; conflicts are daily business and carry no stack trace. */
  public KvException(Kind kind, String message) {
    super(message, null, true, !kind.retryable);
    this.kind = kind;
  }

  /** An error caused by another. */
  public KvException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }

  /** Whether nothing was written and a new transaction may succeed. */
  public boolean retryable() {
    return kind.retryable;
  }
}
