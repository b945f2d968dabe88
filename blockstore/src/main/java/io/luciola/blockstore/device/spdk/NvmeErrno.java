package io.luciola.blockstore.device.spdk;

import io.luciola.blockstore.linux.Errno;

/** What an NVMe completion status is in terms of Linux. */
final class NvmeErrno {

  private static final int CODE_MASK = 0x7ff;

  // Status code type in bits 8 to 10, status code below.
  private static final int INVALID_OPCODE = 0x001;
  private static final int INVALID_FIELD = 0x002;
  private static final int INVALID_NAMESPACE_OR_FORMAT = 0x00b;
  private static final int NAMESPACE_WRITE_PROTECTED = 0x020;
  private static final int LBA_OUT_OF_RANGE = 0x080;
  private static final int CAPACITY_EXCEEDED = 0x081;
  private static final int RESERVATION_CONFLICT = 0x083;
  private static final int FORMAT_IN_PROGRESS = 0x084;
  private static final int ATTEMPTED_WRITE_TO_READ_ONLY_RANGE = 0x182;
  private static final int ACCESS_DENIED = 0x286;

  private NvmeErrno() {}

  /**
   * The positive errno of a status that is not success. What has no closer relative, media errors
   * and aborted commands among them, is EIO.
   */
  static int of(int status) {
    return switch (status & CODE_MASK) {
      case INVALID_OPCODE -> Errno.EOPNOTSUPP;
      case INVALID_FIELD -> Errno.EINVAL;
      case INVALID_NAMESPACE_OR_FORMAT -> Errno.ENODEV;
      case NAMESPACE_WRITE_PROTECTED, ATTEMPTED_WRITE_TO_READ_ONLY_RANGE -> Errno.EROFS;
      case LBA_OUT_OF_RANGE -> Errno.ENXIO;
      case CAPACITY_EXCEEDED -> Errno.ENOSPC;
      case RESERVATION_CONFLICT, FORMAT_IN_PROGRESS -> Errno.EBUSY;
      case ACCESS_DENIED -> Errno.EACCES;
      default -> Errno.EIO;
    };
  }
}
