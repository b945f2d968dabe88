package io.luciola.fuse;

import io.luciola.fuse.vfs.FileSystem;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** A way to connect a {@link FileSystem} with the kernel's FUSE. Found through ServiceLoader. */
public interface FuseDriver {

  /** The name under which a user chooses this driver. */
  String name();

  /**
   * Mounts a file system; when this returns, the kernel has accepted the mount and requests are
   * served.
   *
   * @param directory an existing directory
   * @param fileSystem served until the mount ends; the caller closes it afterwards
   * @throws MountException when it cannot be done; nothing stays mounted
   */
  FuseMount mount(Path directory, MountOptions options, FileSystem fileSystem)
      throws MountException;

  /**
   * The driver of a name.
   *
   * @throws MountException naming those that exist, when there is none of this name
   */
  static FuseDriver named(String name) throws MountException {
    var drivers =
        ServiceLoader.load(FuseDriver.class).stream().map(ServiceLoader.Provider::get).toList();
    for (FuseDriver driver : drivers) {
      if (driver.name().equals(name)) {
        return driver;
      }
    }
    throw new MountException(
        "no FUSE driver is called '"
            + name
            + "'; there are: "
            + drivers.stream().map(FuseDriver::name).collect(Collectors.joining(", ")));
  }
}
