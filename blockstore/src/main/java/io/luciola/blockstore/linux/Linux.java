package io.luciola.blockstore.linux;

import java.lang.foreign.Arena;

/**
 * System calls on files, memory and processes.
 *
 * <p>Every call returns the kernel's result when it is 0 or more, and the negative errno otherwise
 * (see {@link Errno}); nothing throws, nothing is retried, and nothing is allocated except where a
 * {@link String} is taken. Memory is named by address; the caller keeps it alive. Safe to call from
 * any thread. Sockets are in {@link Sockets}, readiness in {@link Polling}.
 */
public final class Linux {

  /** {@link #open}: read only. */
  public static final int O_RDONLY = 0;

  /** {@link #open}: write only. */
  public static final int O_WRONLY = 1;

  /** {@link #open}: read and write. */
  public static final int O_RDWR = 2;

  /** {@link #open}: create when absent. */
  public static final int O_CREAT = 0x40;

  /** {@link #open}: fail when it exists; on a block device: fail when it is in use. */
  public static final int O_EXCL = 0x80;

  /** {@link #open}: cut to length 0. */
  public static final int O_TRUNC = 0x200;

  /** {@link #open}: every write goes to the end. */
  public static final int O_APPEND = 0x400;

  /** {@link #open}: never block. */
  public static final int O_NONBLOCK = 0x800;

  /** {@link #open}: every write is durable when it returns. */
  public static final int O_DSYNC = 0x1000;

  /** {@link #open}: bypass the page cache. */
  public static final int O_DIRECT = 0x4000;

  /** {@link #open}: fail when it is not a directory. */
  public static final int O_DIRECTORY = 0x10000;

  /** {@link #open}: close on exec. Always wanted. */
  public static final int O_CLOEXEC = 0x80000;

  /** {@link #fallocate}: leave the file's length alone. */
  public static final int FALLOC_FL_KEEP_SIZE = 1;

  /** {@link #fallocate}: give the range back; needs {@link #FALLOC_FL_KEEP_SIZE}. */
  public static final int FALLOC_FL_PUNCH_HOLE = 2;

  /** {@link #flock}: exclusive. */
  public static final int LOCK_EX = 2;

  /** {@link #flock}: answer EWOULDBLOCK (EAGAIN) where it would wait. */
  public static final int LOCK_NB = 4;

  /** {@link #flock}: give back. */
  public static final int LOCK_UN = 8;

  /** {@link #mmap}: pages may be read. */
  public static final int PROT_READ = 1;

  /** {@link #mmap}: pages may be written. */
  public static final int PROT_WRITE = 2;

  /** {@link #mmap}: changes are seen by others who map the same. */
  public static final int MAP_SHARED = 1;

  /** {@link #mmap}: changes stay here. */
  public static final int MAP_PRIVATE = 2;

  /** {@link #mmap}: zeroed memory, no file. */
  public static final int MAP_ANONYMOUS = 0x20;

  /** {@link #mmap}: do not reserve swap for it. */
  public static final int MAP_NORESERVE = 0x4000;

  /** {@link #mmap}: fault all pages in now. */
  public static final int MAP_POPULATE = 0x8000;

  /** {@link #madvise}: drop the pages; anonymous ones read as zeros afterwards. */
  public static final int MADV_DONTNEED = 4;

  /** {@link #madvise}: prefer huge pages. */
  public static final int MADV_HUGEPAGE = 14;

  /** {@link #ioctl}: size in bytes of a block device, to a {@code long}. */
  public static final int BLKGETSIZE64 = 0x80081272;

  /** {@link #ioctl}: logical sector size in bytes of a block device, to an {@code int}. */
  public static final int BLKSSZGET = 0x1268;

  /** {@link #umount2}: detach now, clean up when nobody uses it any more. */
  public static final int MNT_DETACH = 2;

  /** {@link #mount}: ignore set-user-id bits. */
  public static final int MS_NOSUID = 2;

  /** {@link #mount}: no device files. */
  public static final int MS_NODEV = 4;

  /** {@link #kill}: stop at once. */
  public static final int SIGKILL = 9;

  /** {@link #kill}: stop in order. */
  public static final int SIGTERM = 15;

  /** Length of the memory which {@link #fstat} fills. */
  public static final int STAT_BYTES = 144;

  private Linux() {}

  /** Opens the path (a C string); returns the file descriptor. */
  public static int open(long pathAddress, int flags, int mode) {
    return (int) SystemCall.call(SystemCall.OPEN, pathAddress, flags, mode);
  }

  /** Opens the path; returns the file descriptor. Allocates. */
  public static int open(String path, int flags, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      return open(CString.in(arena, path), flags, mode);
    }
  }

  /** Closes the descriptor; it is gone whatever the result. */
  public static int close(int fd) {
    return (int) SystemCall.call(SystemCall.CLOSE, fd);
  }

  /** Reads at the descriptor's position; returns the bytes read, 0 at the end. */
  public static long read(int fd, long address, long lengthBytes) {
    return SystemCall.call(SystemCall.READ, fd, address, lengthBytes);
  }

  /** Writes at the descriptor's position; returns the bytes written, maybe fewer than asked. */
  public static long write(int fd, long address, long lengthBytes) {
    return SystemCall.call(SystemCall.WRITE, fd, address, lengthBytes);
  }

  /** Reads at an offset; returns the bytes read, 0 at the end. */
  public static long pread(int fd, long address, long lengthBytes, long offsetBytes) {
    return SystemCall.call(SystemCall.PREAD64, fd, address, lengthBytes, offsetBytes);
  }

  /** Writes at an offset; returns the bytes written, maybe fewer than asked. */
  public static long pwrite(int fd, long address, long lengthBytes, long offsetBytes) {
    return SystemCall.call(SystemCall.PWRITE64, fd, address, lengthBytes, offsetBytes);
  }

  /** Reads into {@code count} pieces: an array of (address, length) pairs of 8 bytes each. */
  public static long readv(int fd, long iovecAddress, int count) {
    return SystemCall.call(SystemCall.READV, fd, iovecAddress, count);
  }

  /** Writes {@code count} pieces: an array of (address, length) pairs of 8 bytes each. */
  public static long writev(int fd, long iovecAddress, int count) {
    return SystemCall.call(SystemCall.WRITEV, fd, iovecAddress, count);
  }

  /** Makes the file's data and metadata durable. */
  public static int fsync(int fd) {
    return (int) SystemCall.call(SystemCall.FSYNC, fd);
  }

  /** Makes the file's data durable, with the metadata needed to read it. */
  public static int fdatasync(int fd) {
    return (int) SystemCall.call(SystemCall.FDATASYNC, fd);
  }

  /** Sets the file's length. */
  public static int ftruncate(int fd, long lengthBytes) {
    return (int) SystemCall.call(SystemCall.FTRUNCATE, fd, lengthBytes);
  }

  /** Reserves or gives back space; mode 0 reserves and extends the file. */
  public static int fallocate(int fd, int mode, long offsetBytes, long lengthBytes) {
    return (int) SystemCall.call(SystemCall.FALLOCATE, fd, mode, offsetBytes, lengthBytes);
  }

  /** Fills {@link #STAT_BYTES} at the address; {@link FileStatus} reads them. */
  public static int fstat(int fd, long address) {
    return (int) SystemCall.call(SystemCall.FSTAT, fd, address);
  }

  /** Locks the open file; held until the last descriptor of this opening is closed. */
  public static int flock(int fd, int operation) {
    return (int) SystemCall.call(SystemCall.FLOCK, fd, operation);
  }

  /** Maps memory; returns its address. {@code fd} is -1 with {@link #MAP_ANONYMOUS}. */
  public static long mmap(
      long address, long lengthBytes, int protection, int flags, int fd, long offsetBytes) {
    return SystemCall.call(
        SystemCall.MMAP, address, lengthBytes, protection, flags, fd, offsetBytes);
  }

  /** Unmaps memory; touching it afterwards kills the process. */
  public static int munmap(long address, long lengthBytes) {
    return (int) SystemCall.call(SystemCall.MUNMAP, address, lengthBytes);
  }

  /** Tells the kernel how mapped memory will be used. */
  public static int madvise(long address, long lengthBytes, int advice) {
    return (int) SystemCall.call(SystemCall.MADVISE, address, lengthBytes, advice);
  }

  /** A device-specific request. */
  public static int ioctl(int fd, int request, long argumentAddress) {
    return (int)
        SystemCall.call(SystemCall.IOCTL, fd, Integer.toUnsignedLong(request), argumentAddress);
  }

  /** Mounts; all texts are C strings, {@code dataAddress} may be 0. */
  public static int mount(
      long sourceAddress, long targetAddress, long typeAddress, long flags, long dataAddress) {
    return (int)
        SystemCall.call(
            SystemCall.MOUNT, sourceAddress, targetAddress, typeAddress, flags, dataAddress, 0);
  }

  /** Unmounts what is mounted at the path (a C string). */
  public static int umount2(long targetAddress, int flags) {
    return (int) SystemCall.call(SystemCall.UMOUNT2, targetAddress, flags);
  }

  /** Sends a signal; signal 0 only asks whether the process is there. */
  public static int kill(int pid, int signal) {
    return (int) SystemCall.call(SystemCall.KILL, pid, signal);
  }

  /** The user that the process runs as; 0 is root. */
  public static int getuid() {
    return (int) SystemCall.call(SystemCall.GETUID, 0);
  }

  /** The group that the process runs as. */
  public static int getgid() {
    return (int) SystemCall.call(SystemCall.GETGID, 0);
  }

  /** Makes a ring; returns its descriptor and fills the 120 bytes of parameters. */
  public static int ioUringSetup(int entries, long parametersAddress) {
    return (int) SystemCall.call(SystemCall.IO_URING_SETUP, entries, parametersAddress);
  }

  /** Submits to a ring and optionally waits; returns how many entries were taken. */
  public static int ioUringEnter(int ringFd, int toSubmit, int minComplete, int flags) {
    return (int)
        SystemCall.callRepeatable(
            SystemCall.IO_URING_ENTER, ringFd, toSubmit, minComplete, flags, 0, 0);
  }

  /**
   * Submits to a ring and waits as an extended argument says. Any failure, the end of the wait
   * included, is only told as such: to say which would make an object.
   *
   * @return whether entries were taken or enough completions are there
   */
  public static boolean ioUringEnter(
      int ringFd, int toSubmit, int minComplete, int flags, long argumentAddress, int lengthBytes) {
    return SystemCall.succeeds(
        SystemCall.IO_URING_ENTER,
        ringFd,
        toSubmit,
        minComplete,
        flags,
        argumentAddress,
        lengthBytes);
  }

  /** Registers buffers, files and the like with a ring. */
  public static int ioUringRegister(int ringFd, int operation, long argumentAddress, int count) {
    return (int)
        SystemCall.call(SystemCall.IO_URING_REGISTER, ringFd, operation, argumentAddress, count);
  }
}
