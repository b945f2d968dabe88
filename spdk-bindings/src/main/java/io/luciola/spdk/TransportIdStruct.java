package io.luciola.spdk;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@code struct spdk_nvme_transport_id}. */
final class TransportIdStruct {

  static final long BYTES = 564;
  private static final long ALIGNMENT = 8;

  static final long TRTYPE = 36;
  static final long TRADDR = 44;
  static final long TRSVCID = 301;
  static final long SUBNQN = 334;

  private TransportIdStruct() {}

  /** Lets SPDK fill the struct from its own text form. */
  static MemorySegment of(TransportId id, Arena arena) {
    MemorySegment struct = arena.allocate(BYTES, ALIGNMENT);
    int result = ControllerCalls.parse(struct, arena.allocateFrom(id.toString()));
    if (result != 0) {
      throw new SpdkException("SPDK does not understand '" + id + "'", -result);
    }
    return struct;
  }

  /** Reads what SPDK hands to a callback. */
  static TransportId read(MemorySegment struct) {
    TransportId.Kind kind = TransportId.Kind.ofNumber(struct.get(JAVA_INT, TRTYPE));
    if (kind == TransportId.Kind.PCIE) {
      return TransportId.pcie(struct.getString(TRADDR));
    }
    return new TransportId(
        kind,
        struct.getString(TRADDR).strip(),
        struct.getString(TRSVCID).strip(),
        struct.getString(SUBNQN).strip());
  }
}
