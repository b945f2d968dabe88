package io.luciola.cluster.cli;

/** A verb cannot do what it was asked for; the message is all that the user sees. */
public final class CommandFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Exit code of a verb that failed. */
  public static final int FAILED = 1;

  /** Exit code for a wrong command line or configuration. */
  public static final int USAGE = 2;

  private final int exitCode;

  private CommandFailure(int exitCode, String message) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  /** The verb failed: exit code 1. */
  public static CommandFailure failed(String message) {
    return new CommandFailure(FAILED, message);
  }

  /** The command line or a configuration file is wrong: exit code 2. */
  public static CommandFailure usage(String message) {
    return new CommandFailure(USAGE, message);
  }

  /** What the process is to exit with. */
  public int exitCode() {
    return exitCode;
  }
}
