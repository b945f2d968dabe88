package io.luciola.cluster.wire;

/** Why a received header is not believed; each of them ends the connection. */
public enum HeaderFault {
  /** Nothing is wrong. */
  NONE("no fault"),
  /** The bytes are not a Luciola frame. */
  BAD_MAGIC("bad magic: the peer does not speak this protocol"),
  /** The frame is of another version of the format. */
  BAD_VERSION("unknown version of the wire format"),
  /** The opcode is unknown, or has no place on this side of a connection. */
  BAD_OPCODE("unexpected opcode"),
  /** The length is below the header's or above the receiver's limit. */
  BAD_LENGTH("frame length outside the limits"),
  /** The header's checksum does not match. */
  BAD_CHECKSUM("header checksum does not match");

  private final String reason;

  HeaderFault(String reason) {
    this.reason = reason;
  }

  /** The fault in words, for logs. */
  public String reason() {
    return reason;
  }
}
