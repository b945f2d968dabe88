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

  /** Set in the opcode of every answer. */
  public static final int REPLY = 0x80;

  private Opcode() {}

  /** Whether the number is an opcode at all. */
  public static boolean isValid(int opcode) {
    int request = opcode & ~REPLY;
    return request >= READ && request <= PING;
  }

  /** Whether the opcode is of an answer. */
  public static boolean isReply(int opcode) {
    return (opcode & REPLY) != 0;
  }

  /** Whether frames of this opcode may carry a payload. */
  public static boolean mayCarryPayload(int opcode) {
    return opcode == WRITE || opcode == UPDATE || opcode == (READ | REPLY);
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
          default -> "opcode " + opcode;
        };
    return isReply(opcode) ? request + "_REPLY" : request;
  }
}
