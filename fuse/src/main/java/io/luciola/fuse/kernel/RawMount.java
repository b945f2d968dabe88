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
    mountPoint.unmount();
  }

  @Override
  public void awaitUnmount() throws InterruptedException {
    for (Worker worker : workers) {
      worker.join();
    }
    LOG.debug("{}: {}", name, references);
  }
}
