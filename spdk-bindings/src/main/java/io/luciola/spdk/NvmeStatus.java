package io.luciola.spdk;

/**
 * The status of a completed command: 0, or status code type shifted left by 8, or'ed with the
 * status code and {@link #DO_NOT_RETRY}.
 */
public final class NvmeStatus {

  /** The command did what it should. */
  public static final int SUCCESS = 0;

  /** Bit that the drive sets when the same command would fail again. */
  public static final int DO_NOT_RETRY = 1 << 15;

  /** A field of the command is wrong. */
  public static final int INVALID_FIELD = 0x002;

  /** Data did not get to or from memory. */
  public static final int DATA_TRANSFER_ERROR = 0x004;

  /** The drive is losing power. */
  public static final int ABORTED_POWER_LOSS = 0x005;

  /** Something in the drive went wrong. */
  public static final int INTERNAL_DEVICE_ERROR = 0x006;

  /** The command was aborted on request. */
  public static final int ABORTED_BY_REQUEST = 0x007;

  /** The command was aborted because its queue went away. */
  public static final int ABORTED_QUEUE_DELETED = 0x008;

  /** No such namespace, or its format does not do. */
  public static final int INVALID_NAMESPACE = 0x00b;

  /** Sectors beyond the end of the namespace. */
  public static final int LBA_OUT_OF_RANGE = 0x080;

  /** The drive has no room left. */
  public static final int CAPACITY_EXCEEDED = 0x081;

  /** The namespace is not ready yet. */
  public static final int NAMESPACE_NOT_READY = 0x082;

  /** The sectors cannot be written. */
  public static final int WRITE_FAULT = 0x280;

  /** The sectors cannot be read. */
  public static final int UNRECOVERED_READ_ERROR = 0x281;

  /** {@link NvmeQueuePair#compare} found a difference. */
  public static final int COMPARE_FAILURE = 0x285;

  /** The sectors were deallocated or never written, and the drive does not read those. */
  public static final int DEALLOCATED_SECTOR = 0x287;

  private static final int CODE_MASK = 0xff;
  private static final int TYPE_MASK = 0x7;
  private static final int TYPE_SHIFT = 8;
  private static final int COMPLETION_CODE_SHIFT = 1;
  private static final int COMPLETION_TYPE_SHIFT = 9;

  private NvmeStatus() {}

  /** From the last 16 bits of a completion queue entry. */
  static int ofCompletion(int word) {
    return (((word >>> COMPLETION_TYPE_SHIFT) & TYPE_MASK) << TYPE_SHIFT)
        | ((word >>> COMPLETION_CODE_SHIFT) & CODE_MASK)
        | (word & DO_NOT_RETRY);
  }

  /** Returns the status without {@link #DO_NOT_RETRY}, to compare with the constants. */
  public static int code(int status) {
    return status & ~DO_NOT_RETRY;
  }

  /** Whether the same command may succeed when it is given once more. */
  public static boolean mayRetry(int status) {
    return status != SUCCESS && (status & DO_NOT_RETRY) == 0;
  }

  /** Returns the status in words, with its numbers. */
  public static String describe(int status) {
    if (status == SUCCESS) {
      return "success";
    }
    int type = (status >>> TYPE_SHIFT) & TYPE_MASK;
    return "%s (status code type 0x%x, status code 0x%02x%s)"
        .formatted(
            words(code(status)),
            type,
            status & CODE_MASK,
            mayRetry(status) ? "" : ", do not retry");
  }

  private static String words(int code) {
    return switch (code) {
      case INVALID_FIELD -> "invalid field in command";
      case DATA_TRANSFER_ERROR -> "data transfer error";
      case ABORTED_POWER_LOSS -> "aborted, power is being lost";
      case INTERNAL_DEVICE_ERROR -> "internal device error";
      case ABORTED_BY_REQUEST -> "aborted by request";
      case ABORTED_QUEUE_DELETED -> "aborted, the queue is gone";
      case INVALID_NAMESPACE -> "invalid namespace or format";
      case LBA_OUT_OF_RANGE -> "sectors out of range";
      case CAPACITY_EXCEEDED -> "capacity exceeded";
      case NAMESPACE_NOT_READY -> "namespace not ready";
      case WRITE_FAULT -> "write fault";
      case UNRECOVERED_READ_ERROR -> "unrecovered read error";
      case COMPARE_FAILURE -> "compare failure";
      case DEALLOCATED_SECTOR -> "deallocated or unwritten sectors";
      default ->
          switch ((code >>> TYPE_SHIFT) & TYPE_MASK) {
            case 0 -> "generic error";
            case 1 -> "command specific error";
            case 2 -> "media or data integrity error";
            case 3 -> "path error";
            default -> "vendor specific error";
          };
    };
  }
}
