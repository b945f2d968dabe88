package io.luciola.fio.bench;

import java.io.IOException;

/** At Ctrl-C and SIGTERM, ends what runs and removes the files before the process ends. */
final class Interruption {

  private final Thread hook;

  private Interruption(Thread hook) {
    this.hook = hook;
  }

  /** From now on until {@link #end}. */
  static Interruption guard(Workspace workspace, Children children) {
    Thread hook =
        new Thread(
            () -> {
              children.end();
              try {
                workspace.close();
              } catch (IOException failed) {
                System.err.println("bench: cannot remove all files: " + failed);
              }
            },
            "bench-interruption");
    Runtime.getRuntime().addShutdownHook(hook);
    return new Interruption(hook);
  }

  /** Nothing is left to guard; returns when the hook has done its work, where it runs already. */
  void end() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook runs already; let it end its work before the files are removed here as well.
      try {
        hook.join();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
