package io.luciola.fio.cli;

import io.luciola.fio.output.ProgressLine;
import io.luciola.fio.run.Clock;
import io.luciola.fio.run.JobThread;
import io.luciola.fio.run.RunListener;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Prints the progress line of the running jobs once a second, over itself. */
final class ProgressPrinter implements RunListener, AutoCloseable {

  private final boolean enabled;
  private final Clock clock;
  private final PrintStream out;
  private @Nullable Thread printer;
  private CountDownLatch ended = new CountDownLatch(1);

  ProgressPrinter(boolean enabled, Clock clock, PrintStream out) {
    this.enabled = enabled;
    this.clock = clock;
    this.out = out;
  }

  @Override
  public void onStart(List<JobThread> threads) {
    if (enabled) {
      ended = new CountDownLatch(1);
      CountDownLatch end = ended;
      printer = Thread.ofVirtual().name("fio-progress").start(() -> print(threads, end));
    }
  }

  @Override
  public void onEnd(List<JobThread> threads) {
    close();
  }

  private void print(List<JobThread> threads, CountDownLatch end) {
    ProgressLine line = new ProgressLine(threads, clock.nanoTime());
    int width = 0;
    try {
      while (!end.await(1, TimeUnit.SECONDS)) {
        String text = line.at(clock.nanoTime());
        out.print("\r" + text + " ".repeat(Math.max(0, width - text.length())));
        out.flush();
        width = text.length();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    if (width > 0) {
      out.print("\r" + " ".repeat(width) + "\r");
      out.flush();
    }
  }

  @Override
  public void close() {
    Thread running = printer;
    printer = null;
    if (running != null) {
      ended.countDown();
      try {
        running.join();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
