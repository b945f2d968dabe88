package io.luciola.fuse.kernel;

import io.luciola.fuse.FuseMount;
import io.luciola.fuse.MountException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A mount that workers serve over {@code /dev/fuse}. */
final class RawMount implements FuseMount {

  private static final Logger LOG = LoggerFactory.getLogger(RawMount.class);

  private final String name;
  private final MountPoint mountPoint;
  private final List<Worker> workers;
  private final KernelReferences references;

  RawMount(String name, MountPoint mountPoint, List<Worker> workers, KernelReferences references) {
    this.name = name;
    this.mountPoint = mountPoint;
    this.workers = workers;
    this.references = references;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void unmount() throws MountException {
    // Something else may be mounted there when this one has gone already.
    if (workers.stream().anyMatch(Worker::isAlive) && !mountPoint.unmount()) {
      LOG.info("{} is in use: it goes when its last file is closed", name);
      mountPoint.detach();
    }
  }

  @Override
  public void awaitUnmount() throws InterruptedException {
    for (Worker worker : workers) {
      worker.join();
    }
    LOG.debug("{}: {}", name, references);
  }
}
