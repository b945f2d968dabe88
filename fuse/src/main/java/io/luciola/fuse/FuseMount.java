package io.luciola.fuse;

/** A running mount. All methods may be called by any thread. */
public interface FuseMount {

  /** What is mounted where, for people. */
  String name();

  /**
   * Takes the mount away. While files are still open in it, it disappears from the name space at
   * once and serves those until they are closed or the process ends. Harmless when repeated.
   *
   * @throws MountException when the kernel refuses
   */
  void unmount() throws MountException;

  /**
   * Waits until the mount is gone, through {@link #unmount} or by umount(8) from outside, and its
   * threads have ended.
   */
  void awaitUnmount() throws InterruptedException;
}
