package io.luciola.blockstore.engine;

/**
 * One change of one chunk, as handed to {@link ChunkEngine#prepare}. A reusable parameter object:
 * the engine has copied all fields when {@code prepare} returns, but not the data behind {@link
 * #dataAddress}.
 */
public final class ChunkUpdate {

  /**
   * Overwrites or appends {@link #lengthBytes} at {@link #offsetBytes}; a gap before the offset
   * reads as zeros.
   */
  public static final int WRITE = 1;

  /** Sets the chunk's length to {@link #offsetBytes}: cuts, or extends with zeros. */
  public static final int TRUNCATE = 2;

  /** Removes the chunk. When committed, the chunk and its versions are forgotten. */
  public static final int REMOVE = 3;

  /**
   * Replaces the whole content by {@link #lengthBytes} of data, at any version above the committed
   * one.
   */
  public static final int REPLACE = 4;

  /**
   * Makes {@link #lengthBytes} from {@link #offsetBytes} read as zeros; the chunk's length stays.
   * The range must lie within it.
   */
  public static final int PUNCH = 5;

  /**
   * Makes the whole content {@link #lengthBytes} of data at any version, also one below the
   * committed one: the chunk becomes a copy of another replica's.
   */
  public static final int INSTALL = 6;

  /** Value of {@link #ifVersion}: whatever is committed. */
  public static final long ANY_VERSION = -1;

  /** The target. */
  public long targetId;

  /** Upper 8 bytes of the chunk id (tenant, reserved, upper inode bytes), big-endian order. */
  public long chunkHi;

  /** Lower 8 bytes of the chunk id (lower inode bytes, track, chunk index), big-endian order. */
  public long chunkLo;

  /** One of the kinds above. */
  public int kind;

  /** Where in the chunk. */
  public int offsetBytes;

  /** How much data. */
  public int lengthBytes;

  /** Where the data is; any alignment, though whole blocks at aligned addresses save a copy. */
  public long dataAddress;

  /** CRC32C of the data. */
  public int dataCrc32c;

  /**
   * The version that the chunk gets: the committed one plus 1 (REPLACE: any higher one, INSTALL:
   * any from 1 on).
   */
  public long version;

  /**
   * The committed version that the chunk must have, or the update is refused with VERSION_MISMATCH:
   * 0 to create a chunk only, {@link #ANY_VERSION} for no condition.
   */
  public long ifVersion = ANY_VERSION;

  /** The chain version under which the update was made. */
  public int chainVersion;

  /**
   * Space the chunk gets when it has to be created, or when the update reaches beyond the space it
   * has: a power of two, 4 KiB to 64 MiB, that holds the end of the update.
   */
  public int capacityBytes;

  /** Who wrote: the client. */
  public long clientId;

  /** Who wrote: the client's channel. */
  public int channel;

  /** Who wrote: the sequence number in the channel; a repeat has the same one. */
  public long sequence;

  /** Whether updates of a kind come with data. */
  public static boolean carriesData(int kind) {
    return kind == WRITE || setsWholeContent(kind);
  }

  /** Whether updates of a kind leave nothing of the content before them. */
  public static boolean setsWholeContent(int kind) {
    return kind == REPLACE || kind == INSTALL;
  }

  /**
   * Whether an update of a kind may make a version, where another is committed.
   *
   * @param committed 0 where nothing is
   */
  public static boolean mayFollow(int kind, long version, long committed) {
    return switch (kind) {
      case INSTALL -> version > 0;
      case REPLACE -> version > committed;
      default -> version == committed + 1;
    };
  }

  /** Takes over all fields of another one. */
  public void copyFrom(ChunkUpdate other) {
    targetId = other.targetId;
    chunkHi = other.chunkHi;
    chunkLo = other.chunkLo;
    kind = other.kind;
    offsetBytes = other.offsetBytes;
    lengthBytes = other.lengthBytes;
    dataAddress = other.dataAddress;
    dataCrc32c = other.dataCrc32c;
    version = other.version;
    ifVersion = other.ifVersion;
    chainVersion = other.chainVersion;
    capacityBytes = other.capacityBytes;
    clientId = other.clientId;
    channel = other.channel;
    sequence = other.sequence;
  }
}
