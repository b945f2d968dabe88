package io.luciola.fio.engine.blockstore;

import io.luciola.blockstore.agent.IdleMode;
import io.luciola.blockstore.agent.ThreadingMode;
import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.handoff.EngineRunner;
import io.luciola.blockstore.engine.handoff.EngineSource;
import io.luciola.fio.engine.DeviceOption;
import io.luciola.fio.engine.EngineException;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.job.JobSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The engines that the jobs of a group share, one for each device. All jobs are announced
 * beforehand; the engines open with the first of them and close with the last.
 *
 * <p>For all jobs' threads. One job opens at a time, so that two do not lay out the same file.
 */
final class SharedEngines {

  private final ThreadingMode mode;
  private final List<DeviceSpec> devices = new ArrayList<>();
  private final Map<String, String> writers = new HashMap<>();
  private IdleMode idle = IdleMode.BLOCK;
  private int depth;
  private @Nullable EngineRunner runner;
  private int users;

  /** Whether what was announced was used: the next announcement begins another group. */
  private boolean used;

  SharedEngines(ThreadingMode mode) {
    this.mode = mode;
  }

  /**
   * Announces a job.
   *
   * @throws io.luciola.fio.job.JobException when it writes a file that another job writes
   */
  synchronized void announce(
      JobSpec job, DeviceSpec device, IdleMode jobIdle, List<FileRegion> files) {
    if (used && runner == null) {
      used = false;
      devices.clear();
      writers.clear();
      depth = 0;
    }
    if (!devices.contains(device)) {
      devices.add(device);
    }
    idle = jobIdle;
    depth += job.depth().depth();
    if (job.access().writes()) {
      for (FileRegion file : files) {
        String other = writers.putIfAbsent(device + " " + file.name(), job.name());
        if (other != null) {
          throw job.error(
              "jobs that share an engine must write different files, but "
                  + other
                  + " writes "
                  + file.name()
                  + ", too; leave out filename= or give each job its own");
        }
      }
    }
  }

  /** Opens a job's channel, on its thread. */
  synchronized EngineChannel open(
      JobSpec job, DeviceSpec device, int chunkBytes, List<FileRegion> files)
      throws EngineException {
    EngineRunner running = running();
    IdleMode jobIdle = idle;
    return EngineChannel.open(
        job,
        device,
        chunkBytes,
        files,
        listener -> {
          users++;
          return new SharedEngine(
              running,
              devices.indexOf(device),
              job.depth().depth(),
              jobIdle,
              listener,
              this::onClosed);
        });
  }

  private EngineRunner running() throws EngineException {
    if (runner == null) {
      used = true;
      List<EngineSource> sources =
          devices.stream()
              .map(each -> new EngineSource("engine-" + each, listener -> open(each, listener)))
              .toList();
      try {
        runner = EngineRunner.start(mode, idle, EngineRunner.DEFAULT_RING_CAPACITY, sources);
      } catch (Unopened failed) {
        throw failed.reason;
      }
    }
    return runner;
  }

  private ChunkEngine open(DeviceSpec device, ChunkEngine.Listener listener) {
    try {
      return BenchmarkDevice.open(device, DeviceOption.open(device), depth, 0, listener);
    } catch (EngineException failed) {
      throw new Unopened(failed);
    }
  }

  private synchronized void onClosed() {
    users--;
    if (users == 0) {
      runner.close();
      runner = null;
    }
  }

  /** Carries an engine's failure out of the thread that opened it. */
  private static final class Unopened extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient EngineException reason;

    Unopened(EngineException reason) {
      super(reason);
      this.reason = reason;
    }
  }
}
