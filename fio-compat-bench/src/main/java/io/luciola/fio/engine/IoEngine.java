package io.luciola.fio.engine;

import io.luciola.fio.job.JobException;
import io.luciola.fio.job.JobSpec;
import java.util.List;
import java.util.Set;

/**
 * A kind of storage that jobs run on, chosen by {@code ioengine=}. Engines are found by the service
 * loader, so a module that has one needs only to name it in {@code META-INF/services}.
 *
 * <p>Per job: {@link #check} when it was read, {@link #sizeOf} and {@link #prepare} on the main
 * thread before its group starts, {@link #open} on the job's own thread before its clock starts,
 * {@link #remove} after the group has ended.
 */
public interface IoEngine {

  /** The names which choose this engine; the first is the one to show. */
  List<String> names();

  /** Keys of job options that only this engine knows; jobs on other engines may not have them. */
  default Set<String> options() {
    return Set.of();
  }

  /**
   * Refuses a job that this engine can never run.
   *
   * @throws JobException which names the option at fault
   */
  void check(JobSpec job);

  /**
   * Current size of a file of the job, for jobs that give no size or a percentage.
   *
   * @return bytes, or -1 when the file does not exist or has no size before the job makes it
   * @throws EngineException when it cannot be found out
   */
  long sizeOf(JobSpec job, String fileName) throws EngineException;

  /**
   * Makes the files large enough, and fills them when the job reads. What only the job's own thread
   * can lay out may be left to {@link #open}.
   *
   * @throws EngineException naming the file and what went wrong
   */
  void prepare(JobSpec job, List<FileRegion> files) throws EngineException;

  /**
   * Opens the files on the thread of the job, ready for I/O.
   *
   * @throws EngineException naming the file and what went wrong
   */
  IoChannel open(JobSpec job, List<FileRegion> files) throws EngineException;

  /**
   * Removes the job's files, for {@code unlink=1}.
   *
   * @throws EngineException naming the file and what went wrong
   */
  void remove(JobSpec job, List<FileRegion> files) throws EngineException;
}
