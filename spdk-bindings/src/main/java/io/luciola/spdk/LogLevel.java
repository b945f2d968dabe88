package io.luciola.spdk;

/** How much SPDK writes to standard error: everything down to the level. */
public enum LogLevel {
  /** Nothing. */
  DISABLED(-1),
  /** What failed. */
  ERROR(0),
  /** What is likely wrong. */
  WARNING(1),
  /** What an administrator may want to know; SPDK's default. */
  NOTICE(2),
  /** What a developer may want to know. */
  INFO(3),
  /** Everything; only a debug build of SPDK says anything here. */
  DEBUG(4);

  private final int code;

  LogLevel(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
