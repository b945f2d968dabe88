package io.luciola.fio.bench;

import java.io.PrintWriter;

/** Tells, line by line, how far the benchmark is. */
final class Progress {

  private final PrintWriter out;

  Progress(PrintWriter out) {
    this.out = out;
  }

  void say(String format, Object... arguments) {
    out.println("bench: " + String.format(java.util.Locale.ROOT, format, arguments));
    out.flush();
  }
}
