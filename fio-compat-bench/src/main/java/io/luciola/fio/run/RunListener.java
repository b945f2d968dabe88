package io.luciola.fio.run;

import java.util.List;

/** Hears of jobs that start and end together. */
public interface RunListener {

  /** These are about to start; their live counters may be read from now on. */
  void onStart(List<JobThread> threads);

  /** These have ended. */
  void onEnd(List<JobThread> threads);
}
