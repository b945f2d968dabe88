package io.luciola.blockstore.engine;

/**
 * Outcomes of engine calls: 0 is success, refusals and errors are negative. The numbers travel on
 * the wire; never reuse one.
 */
public final class EngineStatus {

  /** Done, or accepted. */
  public static final int OK = 0;

  /** A bounded queue or buffer is full; poll and try again. */
  public static final int BACK_PRESSURE = -1;

  /** The target has no such chunk. */
  public static final int NO_SUCH_CHUNK = -2;

  /** The engine has no such target. */
  public static final int NO_SUCH_TARGET = -3;

  /** The device has no room for the update. Removing still works. */
  public static final int NO_SPACE = -4;

  /** The target's budget is used up. Removing still works. */
  public static final int BUDGET_EXCEEDED = -5;

  /**
   * The update's version is not the one after the committed version, or the asked version is
   * neither committed nor pending.
   */
  public static final int VERSION_MISMATCH = -6;

  /** Another update of the chunk is pending. */
  public static final int UPDATE_PENDING = -7;

  /** The payload does not match the checksum that came with it. */
  public static final int PAYLOAD_CORRUPT = -8;

  /**
   * Bytes on the device do not match their checksum. The log names chunk, offset and device
   * position.
   */
  public static final int CHUNK_CORRUPT = -9;

  /** The device failed a request. The log names the device and the errno. */
  public static final int DEVICE_ERROR = -10;

  /** Offset, length or capacity outside the chunk's limits. */
  public static final int BAD_ARGUMENT = -11;

  /** The engine is closed or has failed for good. */
  public static final int ENGINE_CLOSED = -12;

  /** The target is being removed: try again when it is gone. */
  public static final int TARGET_BEING_REMOVED = -13;

  private EngineStatus() {}

  /** The constant's name, for messages; a number that is none of them as itself. */
  public static String name(int status) {
    return switch (status) {
      case OK -> "OK";
      case BACK_PRESSURE -> "BACK_PRESSURE";
      case NO_SUCH_CHUNK -> "NO_SUCH_CHUNK";
      case NO_SUCH_TARGET -> "NO_SUCH_TARGET";
      case NO_SPACE -> "NO_SPACE";
      case BUDGET_EXCEEDED -> "BUDGET_EXCEEDED";
      case VERSION_MISMATCH -> "VERSION_MISMATCH";
      case UPDATE_PENDING -> "UPDATE_PENDING";
      case PAYLOAD_CORRUPT -> "PAYLOAD_CORRUPT";
      case CHUNK_CORRUPT -> "CHUNK_CORRUPT";
      case DEVICE_ERROR -> "DEVICE_ERROR";
      case BAD_ARGUMENT -> "BAD_ARGUMENT";
      case ENGINE_CLOSED -> "ENGINE_CLOSED";
      case TARGET_BEING_REMOVED -> "TARGET_BEING_REMOVED";
      default -> Integer.toString(status);
    };
  }
}
