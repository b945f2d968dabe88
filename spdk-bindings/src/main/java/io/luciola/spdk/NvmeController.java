package io.luciola.spdk;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connected NVMe controller. Any thread may use it, one at a time gets through; the data path, on
 * {@link NvmeQueuePair}s, does not pass here.
 */
public final class NvmeController implements AutoCloseable {

  /** What became of a controller. */
  public enum State {
    /** Works, as far as the last {@link #processAdmin} could tell. */
    CONNECTED,
    /** Does not answer any more; {@link #reset} may help. */
    FAILED,
    /** Was taken out of the machine. */
    REMOVED,
    /** Was closed. */
    CLOSED
  }

  private static final int PCI_COMMAND = 4;

  /** Registers can be reached, no interrupts, no access to memory. */
  private static final short MEMORY_SPACE_WITHOUT_DMA = 0x402;

  private final Spdk spdk;
  private final TransportId id;
  private final long handle;
  private final long pciDevice;
  private final ControllerInfo info;
  private final List<NvmeNamespace> namespaces;
  private final @Nullable DmaRanges dmaRanges;
  private final Set<NvmeQueuePair> queuePairs = new HashSet<>();
  private volatile State state = State.CONNECTED;

  NvmeController(Spdk spdk, TransportId id, long handle, DmaRanges dmaRanges) {
    this.spdk = spdk;
    this.id = id;
    this.handle = handle;
    this.dmaRanges = id.kind() == TransportId.Kind.PCIE ? dmaRanges : null;
    pciDevice = ControllerCalls.pciDevice(handle);
    info =
        IdentifyController.read(
            MemorySegment.ofAddress(ControllerCalls.identifyData(handle))
                .reinterpret(IdentifyController.BYTES),
            pciDevice == 0 ? -1 : ControllerCalls.numaNode(pciDevice));
    namespaces = List.copyOf(findNamespaces());
  }

  private List<NvmeNamespace> findNamespaces() {
    List<NvmeNamespace> found = new ArrayList<>();
    int number = ControllerCalls.firstNamespace(handle);
    while (number != 0) {
      long namespace = ControllerCalls.namespace(handle, number);
      if (namespace != 0) {
        found.add(new NvmeNamespace(this, namespace, number, info));
      }
      number = ControllerCalls.nextNamespace(handle, number);
    }
    return found;
  }

  /** Returns where the controller is. */
  public TransportId id() {
    return id;
  }

  /** Returns what the controller said of itself when it was connected. */
  public ControllerInfo info() {
    return info;
  }

  /** Returns the active namespaces as they were when the controller was connected. */
  public List<NvmeNamespace> namespaces() {
    return namespaces;
  }

  /** Returns what became of the controller, as far as {@link #processAdmin} has seen. */
  public State state() {
    return state;
  }

  /**
   * Opens a queue pair.
   *
   * @throws SpdkException when the controller has none left, or does not answer
   */
  public synchronized NvmeQueuePair openQueuePair(QueuePairOptions options) {
    checkOpen();
    long queuePair;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment struct = QueuePairStruct.allocate(arena);
      ControllerCalls.defaultQueuePairOptions(handle, struct, QueuePairStruct.KNOWN_BYTES);
      QueuePairStruct.write(struct, options);
      queuePair = ControllerCalls.allocateQueuePair(handle, struct, QueuePairStruct.KNOWN_BYTES);
    }
    if (queuePair == 0) {
      throw new SpdkException(
          "No queue pair can be opened on "
              + id
              + ": the controller has "
              + queuePairs.size()
              + " open here and may allow no more, or is "
              + state
              + "; SPDK's log on standard error says more");
    }
    NvmeQueuePair opened = new NvmeQueuePair(this, queuePair, options, dmaRanges);
    queuePairs.add(opened);
    return opened;
  }

  /**
   * Handles administrative completions, sends keep-alives, and notices that the controller failed
   * or is gone. Call it about every second; a fabrics target drops a controller that is silent for
   * the keep-alive timeout.
   *
   * @return 0 or more, or a negative errno when the controller has failed (see {@link #state})
   */
  public synchronized int processAdmin() {
    checkOpen();
    if (state == State.REMOVED) {
      return -Errno.ENODEV;
    }
    if (pciDevice != 0 && ControllerCalls.isRemoved(pciDevice)) {
      markRemoved();
      return -Errno.ENODEV;
    }
    int result = ControllerCalls.processAdmin(handle);
    if (result >= 0 && ControllerCalls.isFailed(handle)) {
      result = -Errno.ENXIO;
    }
    if (result < 0) {
      state = State.FAILED;
    }
    return result;
  }

  /**
   * Says that the drive was taken out of the machine. With vfio-pci {@link #processAdmin} notices
   * by itself; with uio_pci_generic nobody tells SPDK.
   */
  public synchronized void markRemoved() {
    checkOpen();
    if (state != State.REMOVED) {
      state = State.REMOVED;
      stopDma();
      // Makes every queue pair end what it has, instead of waiting for a drive that is not there.
      ControllerCalls.fail(handle);
    }
  }

  /**
   * With vfio-pci the drive is still there until it was let go of, and would go on writing to
   * memory of commands that are ended here.
   */
  private void stopDma() {
    if (pciDevice != 0) {
      ControllerCalls.configure(pciDevice, PCI_COMMAND, MEMORY_SPACE_WITHOUT_DMA);
    }
  }

  /**
   * Resets the controller and waits until it is ready again. Its queue pairs fail: abort, close and
   * open them again. No other thread may be within a call on one of them meanwhile, which is a rule
   * of SPDK's that is not checked.
   *
   * @throws SpdkException when the controller does not come back; its state is then FAILED
   */
  public synchronized void reset() {
    checkOpen();
    if (state == State.REMOVED) {
      throw new SpdkException(id + " was removed and cannot be reset", Errno.ENODEV);
    }
    for (NvmeQueuePair queuePair : queuePairs) {
      queuePair.fail(Errno.ENXIO);
    }
    int result = ControllerCalls.reset(handle);
    if (result != 0) {
      state = State.FAILED;
      throw new SpdkException(
          id + " did not come back after a reset (errno " + -result + ")", -result);
    }
    state = State.CONNECTED;
  }

  /**
   * Disconnects. Does nothing the second time.
   *
   * @throws IllegalStateException when queue pairs are open
   */
  @Override
  public synchronized void close() {
    if (state == State.CLOSED) {
      return;
    }
    if (!queuePairs.isEmpty()) {
      throw new IllegalStateException(
          queuePairs.size() + " queue pairs of " + id + " are open: close them first");
    }
    state = State.CLOSED;
    spdk.detach(this, handle);
  }

  synchronized void forget(NvmeQueuePair queuePair) {
    queuePairs.remove(queuePair);
  }

  private void checkOpen() {
    if (state == State.CLOSED) {
      throw new IllegalStateException(id + " is closed");
    }
  }
}
