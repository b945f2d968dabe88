package io.luciola.cluster.wire;

/** What a frame asks for or answers. The numbers travel; never reuse one. */
public final class Opcode {

  /** Client to a replica: read part of a chunk. */
  public static final int READ = 1;

  /** Client to the head: change a chunk. */
  public static final int WRITE = 2;

  /** Replica to its successor: the same change, with its version. */
  public static final int UPDATE = 3;

  /** Replica to the tail: which version of a chunk is committed? */
  public static final int VERSION_QUERY = 4;

  /** Anybody to anybody: are you there? */
  public static final int PING = 5;

  /**
   * Replica to the target behind it that it refills: which of these chunks are not the same there?
   */
  public static final int COMPARE_CHUNKS = 6;

  /** Replica to the target that it refills: which chunks are there? */
  public static final int LIST_CHUNKS = 7;

  /** Replica to the target that it refills: it has all that is committed. */
  public static final int REFILLED = 8;

  /**
   * Replica to the target that it refills: which blocks of your committed content of a chunk are
   * others than these?
   */
  public static final int COMPARE_BLOCKS = 9;

  /** Anybody to a replica, to look and not to rely on: what does its engine know of its chunks? */
  public static final int DUMP_CHUNKS = 10;

  /** Set in the opcode of every answer. */
  public static final int REPLY = 0x80;

  private Opcode() {}

  /** Whether the number is an opcode at all. */
  public static boolean isValid(int opcode) {
    int request = opcode & ~REPLY;
    return request >= READ && request <= DUMP_CHUNKS;
  }

  /** Whether the opcode is of an answer. */
  public static boolean isReply(int opcode) {
    return (opcode & REPLY) != 0;
  }

  /** Whether frames of this opcode may carry a payload. */
  public static boolean mayCarryPayload(int opcode) {
    return switch (opcode) {
      case WRITE,
          UPDATE,
          COMPARE_CHUNKS,
          COMPARE_BLOCKS,
          READ | REPLY,
          LIST_CHUNKS | REPLY,
          COMPARE_BLOCKS | REPLY,
          DUMP_CHUNKS | REPLY ->
          true;
      default -> false;
    };
  }

  /** The constant's name, for messages. */
  public static String name(int opcode) {
    String request =
        switch (opcode & ~REPLY) {
          case READ -> "READ";
          case WRITE -> "WRITE";
          case UPDATE -> "UPDATE";
          case VERSION_QUERY -> "VERSION_QUERY";
          case PING -> "PING";
          case COMPARE_CHUNKS -> "COMPARE_CHUNKS";
          case LIST_CHUNKS -> "LIST_CHUNKS";
          case REFILLED -> "REFILLED";
          case COMPARE_BLOCKS -> "COMPARE_BLOCKS";
          case DUMP_CHUNKS -> "DUMP_CHUNKS";
          default -> "opcode " + opcode;
        };
    return isReply(opcode) ? request + "_REPLY" : request;
  }
}
