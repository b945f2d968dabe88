package io.luciola.fuse.kernel;

import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Linux;
import io.luciola.fuse.FuseDriver;
import io.luciola.fuse.FuseMount;
import io.luciola.fuse.MountException;
import io.luciola.fuse.MountOptions;
import io.luciola.fuse.vfs.FileSystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

/** Speaks the kernel's protocol itself: nothing but {@code /dev/fuse} and mount(2) is needed. */
public final class RawDriver implements FuseDriver {

  /** For ServiceLoader. */
  public RawDriver() {}

  @Override
  public String name() {
    return "raw";
  }

  @Override
  public FuseMount mount(Path directory, MountOptions options, FileSystem fileSystem)
      throws MountException {
    MountPoint mountPoint = MountPoint.at(directory);
    mountPoint.prepare();
    KernelReferences references = new KernelReferences();
    List<Worker> workers = preparedWorkers(fileSystem, options, references);
    List<Integer> devices = new ArrayList<>();
    boolean mounted = false;
    boolean served = false;
    try {
      int fd = DeviceFile.open();
      devices.add(fd);
      mountPoint.mount(fd, options);
      mounted = true;
      shakeHands(fd);
      while (devices.size() < workers.size()) {
        devices.add(DeviceFile.cloneOf(fd));
      }
      for (int i = 0; i < devices.size(); i++) {
        workers.get(i).serve(devices.get(i));
      }
      served = true;
    } finally {
      if (!served) {
        workers.forEach(Worker::cancel);
        devices.forEach(DeviceFile::close);
        if (mounted) {
          mountPoint.detach();
        }
      }
    }
    String name = options.source() + " at " + mountPoint.directory();
    return new RawMount(name, mountPoint, workers, references);
  }

  private static List<Worker> preparedWorkers(
      FileSystem fileSystem, MountOptions options, KernelReferences references)
      throws MountException {
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < options.threads(); i++) {
      Worker worker = new Worker(i, fileSystem, options, references);
      worker.start();
      workers.add(worker);
    }
    try {
      workers.forEach(worker -> worker.prepared().join());
    } catch (CompletionException failure) {
      workers.forEach(Worker::cancel);
      throw new MountException(
          "a worker cannot reach the cluster: " + failure.getCause().getMessage(),
          failure.getCause());
    }
    return workers;
  }

  private static void shakeHands(int fd) throws MountException {
    try (Request request = new Request();
        Reply reply = new Reply()) {
      long received = Linux.read(fd, request.address(), Request.CAPACITY_BYTES);
      if (received < 0) {
        throw new MountException(
            "waiting for the kernel's greeting: " + Errno.describe((int) -received));
      }
      if (!request.received(received)) {
        throw new MountException("the kernel's greeting is malformed");
      }
      long sent = Linux.write(fd, reply.address(), Handshake.answer(request, reply));
      if (sent < 0) {
        throw new MountException("the kernel refused our greeting: " + Errno.describe((int) -sent));
      }
    }
  }
}
