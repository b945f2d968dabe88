package io.luciola.spdk;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A drive of the stand-in for SPDK, with one namespace at first. Settings of what the drive is take
 * effect when it is connected, settings of what goes wrong at once. Any thread may use it.
 */
public final class StandInDrive implements AutoCloseable {

  /** A kind of command, for {@link #failNext}. */
  public enum Opcode {
    /** Any. */
    ANY(-1),
    /** Flush. */
    FLUSH(0),
    /** Write. */
    WRITE(1),
    /** Read. */
    READ(2),
    /** Compare. */
    COMPARE(5),
    /** Write zeroes. */
    WRITE_ZEROES(8),
    /** Deallocate. */
    DEALLOCATE(9);

    private final int code;

    Opcode(int code) {
      this.code = code;
    }
  }

  private static final AtomicInteger NEXT = new AtomicInteger(1);
  private static final int DEVICES_PER_BUS = 32;
  private static final int NVME_TCP_PORT = 4420;

  private final TransportId id;
  private final long handle;

  private StandInDrive(TransportId id, int sectorBytes, long sectors) {
    this.id = id;
    handle = StandInControls.create(id, sectorBytes, sectors);
  }

  /** Makes a local drive at a PCI address that no other has. */
  public static StandInDrive pcie(int sectorBytes, long sectors) {
    int number = NEXT.getAndIncrement();
    String address =
        String.format("00aa:%02x:%02x.0", number / DEVICES_PER_BUS, number % DEVICES_PER_BUS);
    return new StandInDrive(TransportId.pcie(address), sectorBytes, sectors);
  }

  /** Makes a subsystem of an NVMe/TCP target, with a name that no other has. */
  public static StandInDrive tcp(int sectorBytes, long sectors) {
    String nqn = "nqn.2026-01.io.example:drive" + NEXT.getAndIncrement();
    return new StandInDrive(TransportId.tcp("127.0.0.1", NVME_TCP_PORT, nqn), sectorBytes, sectors);
  }

  /** Where to connect the drive. */
  public TransportId id() {
    return id;
  }

  /** Adds a namespace, at most four in all. */
  public StandInDrive addNamespace(int sectorBytes, long sectors, int metadataBytes) {
    StandInControls.addNamespace(handle, sectorBytes, sectors, metadataBytes);
    return this;
  }

  /** The bytes of a namespace, to look at and to damage. */
  public MemorySegment data(int namespace, long lengthBytes) {
    return MemorySegment.ofAddress(StandInControls.data(handle, namespace))
        .reinterpret(lengthBytes);
  }

  /**
   * Reads the first sectors again and again in a loop of C, on a queue pair of its own, to compare
   * with what the same takes from Java.
   *
   * @return how many reads succeeded
   */
  public long readInC(long address, int sectors, int depth, long reads) {
    return StandInControls.readLoop(handle, address, sectors, depth, reads);
  }

  /** Whether the drive says that it has a volatile write cache. */
  public StandInDrive setVolatileWriteCache(boolean present) {
    return set("volatile_write_cache", present ? 1 : 0);
  }

  /** The largest transfer that is one command. */
  public StandInDrive setMaxTransferBytes(int bytes) {
    return set("max_transfer_bytes", bytes);
  }

  /** Blocks, at least 1, that are written as a whole or not at all when the power fails. */
  public StandInDrive setAtomicWriteUnitPowerFailBlocks(int blocks) {
    return set("atomic_write_unit_power_fail", blocks - 1L);
  }

  /** The next commands of a kind end with a status of {@link NvmeStatus}. */
  public void failNext(int commands, Opcode opcode, int status) {
    set("fail_opcode", opcode.code);
    set("fail_status", status);
    set("fail_count", commands);
  }

  /** Every read of the sector ends with an unrecovered read error; -1 for none. */
  public void setBadSector(long sector) {
    set("bad_sector", sector);
  }

  /** The next submissions return a negative errno, such as {@link NvmeQueuePair#QUEUE_FULL}. */
  public void refuseNext(int submissions, int result) {
    set("refuse_result", result);
    set("refuse_count", submissions);
  }

  /** Only every so manieth poll of a queue pair completes anything. */
  public void setPollInterval(long polls) {
    set("poll_interval", polls);
  }

  /** Commands complete in the order of this seed, on queue pairs opened later; 0 for in order. */
  public void shuffleCompletions(long seed) {
    set("shuffle", seed);
  }

  /** The drive is out of the machine, or the target gone: nothing completes any more. */
  public void remove() {
    set("removed", 1);
  }

  /** A drive is there again, and can be connected. */
  public void plugIn() {
    set("removed", 0);
  }

  /** The connection ends, as when the target missed keep-alives; a reset brings it back. */
  public void dropConnection() {
    set("dropped", 1);
  }

  /** So many polls of queue pairs without one of the controller end the connection; 0 for never. */
  public void setKeepAlivePolls(long polls) {
    set("keep_alive_polls", polls);
  }

  /** Resets fail with this negative errno; 0 for success. */
  public void setResetResult(int result) {
    set("reset_result", result);
  }

  /** Sets anything by its name in the stand-in's {@code struct settings}. */
  public StandInDrive set(String name, long value) {
    StandInControls.set(handle, name, value);
    return this;
  }

  /** Reads a setting or counter by its name in the stand-in's {@code struct settings}. */
  public long get(String name) {
    return StandInControls.get(handle, name);
  }

  /** Takes the drive away with its data; whoever connected it must have closed it. */
  @Override
  public void close() {
    StandInControls.destroy(handle);
  }
}
