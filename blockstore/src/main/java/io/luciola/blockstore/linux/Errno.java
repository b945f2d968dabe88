package io.luciola.blockstore.linux;

import java.util.Map;

/** Linux's error numbers, as positive constants; calls return them negated. */
public final class Errno {

  /** Operation not permitted. */
  public static final int EPERM = 1;

  /** No such file or directory. */
  public static final int ENOENT = 2;

  /** Interrupted system call. */
  public static final int EINTR = 4;

  /** Input/output error. */
  public static final int EIO = 5;

  /** No such device or address. */
  public static final int ENXIO = 6;

  /** Argument list too long. */
  public static final int E2BIG = 7;

  /** Bad file descriptor. */
  public static final int EBADF = 9;

  /** Resource temporarily unavailable. */
  public static final int EAGAIN = 11;

  /** Cannot allocate memory. */
  public static final int ENOMEM = 12;

  /** Permission denied. */
  public static final int EACCES = 13;

  /** Bad address. */
  public static final int EFAULT = 14;

  /** Device or resource busy. */
  public static final int EBUSY = 16;

  /** File exists. */
  public static final int EEXIST = 17;

  /** Invalid cross-device link. */
  public static final int EXDEV = 18;

  /** No such device. */
  public static final int ENODEV = 19;

  /** Not a directory. */
  public static final int ENOTDIR = 20;

  /** Is a directory. */
  public static final int EISDIR = 21;

  /** Invalid argument. */
  public static final int EINVAL = 22;

  /** Too many open files in system. */
  public static final int ENFILE = 23;

  /** Too many open files. */
  public static final int EMFILE = 24;

  /** Inappropriate ioctl for device. */
  public static final int ENOTTY = 25;

  /** Text file busy. */
  public static final int ETXTBSY = 26;

  /** File too large. */
  public static final int EFBIG = 27;

  /** No space left on device. */
  public static final int ENOSPC = 28;

  /** Illegal seek. */
  public static final int ESPIPE = 29;

  /** Read-only file system. */
  public static final int EROFS = 30;

  /** Too many links. */
  public static final int EMLINK = 31;

  /** Broken pipe. */
  public static final int EPIPE = 32;

  /** Numerical result out of range. */
  public static final int ERANGE = 34;

  /** Resource deadlock avoided. */
  public static final int EDEADLK = 35;

  /** File name too long. */
  public static final int ENAMETOOLONG = 36;

  /** No locks available. */
  public static final int ENOLCK = 37;

  /** Function not implemented. */
  public static final int ENOSYS = 38;

  /** Directory not empty. */
  public static final int ENOTEMPTY = 39;

  /** Too many levels of symbolic links. */
  public static final int ELOOP = 40;

  /** No data available. */
  public static final int ENODATA = 61;

  /** Timer expired. */
  public static final int ETIME = 62;

  /** Protocol error. */
  public static final int EPROTO = 71;

  /** Bad message. */
  public static final int EBADMSG = 74;

  /** Value too large for defined data type. */
  public static final int EOVERFLOW = 75;

  /** Invalid or incomplete multibyte or wide character. */
  public static final int EILSEQ = 84;

  /** Message too long. */
  public static final int EMSGSIZE = 90;

  /** Protocol not supported. */
  public static final int EPROTONOSUPPORT = 93;

  /** Operation not supported. */
  public static final int EOPNOTSUPP = 95;

  /** Address already in use. */
  public static final int EADDRINUSE = 98;

  /** Cannot assign requested address. */
  public static final int EADDRNOTAVAIL = 99;

  /** Network is unreachable. */
  public static final int ENETUNREACH = 101;

  /** Software caused connection abort. */
  public static final int ECONNABORTED = 103;

  /** Connection reset by peer. */
  public static final int ECONNRESET = 104;

  /** No buffer space available. */
  public static final int ENOBUFS = 105;

  /** Transport endpoint is not connected. */
  public static final int ENOTCONN = 107;

  /** Connection timed out. */
  public static final int ETIMEDOUT = 110;

  /** Connection refused. */
  public static final int ECONNREFUSED = 111;

  /** No route to host. */
  public static final int EHOSTUNREACH = 113;

  /** Operation already in progress. */
  public static final int EALREADY = 114;

  /** Operation now in progress. */
  public static final int EINPROGRESS = 115;

  /** Stale file handle. */
  public static final int ESTALE = 116;

  /** Remote I/O error. */
  public static final int EREMOTEIO = 121;

  /** Disk quota exceeded. */
  public static final int EDQUOT = 122;

  /** No medium found. */
  public static final int ENOMEDIUM = 123;

  /** Operation canceled. */
  public static final int ECANCELED = 125;

  private static final Map<Integer, Meaning> MEANINGS =
      Map.ofEntries(
          entry(EPERM, "EPERM", "operation not permitted"),
          entry(ENOENT, "ENOENT", "no such file or directory"),
          entry(EINTR, "EINTR", "interrupted system call"),
          entry(EIO, "EIO", "input/output error"),
          entry(ENXIO, "ENXIO", "no such device or address"),
          entry(E2BIG, "E2BIG", "argument list too long"),
          entry(EBADF, "EBADF", "bad file descriptor"),
          entry(EAGAIN, "EAGAIN", "resource temporarily unavailable"),
          entry(ENOMEM, "ENOMEM", "cannot allocate memory"),
          entry(EACCES, "EACCES", "permission denied"),
          entry(EFAULT, "EFAULT", "bad address"),
          entry(EBUSY, "EBUSY", "device or resource busy"),
          entry(EEXIST, "EEXIST", "file exists"),
          entry(EXDEV, "EXDEV", "invalid cross-device link"),
          entry(ENODEV, "ENODEV", "no such device"),
          entry(ENOTDIR, "ENOTDIR", "not a directory"),
          entry(EISDIR, "EISDIR", "is a directory"),
          entry(EINVAL, "EINVAL", "invalid argument"),
          entry(ENFILE, "ENFILE", "too many open files in system"),
          entry(EMFILE, "EMFILE", "too many open files"),
          entry(ENOTTY, "ENOTTY", "inappropriate ioctl for device"),
          entry(ETXTBSY, "ETXTBSY", "text file busy"),
          entry(EFBIG, "EFBIG", "file too large"),
          entry(ENOSPC, "ENOSPC", "no space left on device"),
          entry(ESPIPE, "ESPIPE", "illegal seek"),
          entry(EROFS, "EROFS", "read-only file system"),
          entry(EMLINK, "EMLINK", "too many links"),
          entry(EPIPE, "EPIPE", "broken pipe"),
          entry(ERANGE, "ERANGE", "numerical result out of range"),
          entry(EDEADLK, "EDEADLK", "resource deadlock avoided"),
          entry(ENAMETOOLONG, "ENAMETOOLONG", "file name too long"),
          entry(ENOLCK, "ENOLCK", "no locks available"),
          entry(ENOSYS, "ENOSYS", "function not implemented"),
          entry(ENOTEMPTY, "ENOTEMPTY", "directory not empty"),
          entry(ELOOP, "ELOOP", "too many levels of symbolic links"),
          entry(ENODATA, "ENODATA", "no data available"),
          entry(ETIME, "ETIME", "timer expired"),
          entry(EPROTO, "EPROTO", "protocol error"),
          entry(EBADMSG, "EBADMSG", "bad message"),
          entry(EOVERFLOW, "EOVERFLOW", "value too large for defined data type"),
          entry(EILSEQ, "EILSEQ", "invalid or incomplete multibyte or wide character"),
          entry(EMSGSIZE, "EMSGSIZE", "message too long"),
          entry(EPROTONOSUPPORT, "EPROTONOSUPPORT", "protocol not supported"),
          entry(EOPNOTSUPP, "EOPNOTSUPP", "operation not supported"),
          entry(EADDRINUSE, "EADDRINUSE", "address already in use"),
          entry(EADDRNOTAVAIL, "EADDRNOTAVAIL", "cannot assign requested address"),
          entry(ENETUNREACH, "ENETUNREACH", "network is unreachable"),
          entry(ECONNABORTED, "ECONNABORTED", "software caused connection abort"),
          entry(ECONNRESET, "ECONNRESET", "connection reset by peer"),
          entry(ENOBUFS, "ENOBUFS", "no buffer space available"),
          entry(ENOTCONN, "ENOTCONN", "transport endpoint is not connected"),
          entry(ETIMEDOUT, "ETIMEDOUT", "connection timed out"),
          entry(ECONNREFUSED, "ECONNREFUSED", "connection refused"),
          entry(EHOSTUNREACH, "EHOSTUNREACH", "no route to host"),
          entry(EALREADY, "EALREADY", "operation already in progress"),
          entry(EINPROGRESS, "EINPROGRESS", "operation now in progress"),
          entry(ESTALE, "ESTALE", "stale file handle"),
          entry(EREMOTEIO, "EREMOTEIO", "remote I/O error"),
          entry(EDQUOT, "EDQUOT", "disk quota exceeded"),
          entry(ENOMEDIUM, "ENOMEDIUM", "no medium found"),
          entry(ECANCELED, "ECANCELED", "operation canceled"));

  private Errno() {}

  /** The constant's name, for example {@code ENOSPC}; {@code errno 999} for an unknown number. */
  public static String name(int errno) {
    Meaning meaning = MEANINGS.get(errno);
    return meaning == null ? "errno " + errno : meaning.name;
  }

  /** Name and meaning, for example {@code ENOSPC: no space left on device}. */
  public static String describe(int errno) {
    Meaning meaning = MEANINGS.get(errno);
    return meaning == null ? "errno " + errno : meaning.name + ": " + meaning.text;
  }

  private static Map.Entry<Integer, Meaning> entry(int errno, String name, String text) {
    return Map.entry(errno, new Meaning(name, text));
  }

  private record Meaning(String name, String text) {}
}
