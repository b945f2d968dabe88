package io.luciola.spdk;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * SPDK, loaded and started: the way to memory for drives and to controllers. There is at most one
 * in the life of a process, because SPDK's environment cannot be started twice.
 *
 * <p>Any thread may use it; {@link #connect} and {@link #probe} wait for each other.
 */
public final class Spdk implements AutoCloseable {

  private static final long REGISTRATION_UNIT_BYTES = 2 << 20;
  private static final AtomicBoolean STARTED = new AtomicBoolean();

  private final EnvironmentOptions options;
  private final DmaRanges dmaRanges = new DmaRanges();
  private final Set<NvmeController> controllers = new HashSet<>();
  private volatile boolean closed;

  private Spdk(EnvironmentOptions options) {
    this.options = options;
  }

  /**
   * Loads SPDK and starts its environment. Takes a few hundred milliseconds. The current thread,
   * which must be a platform thread, may run on the same processors afterwards as before, and the
   * JVM's handler of SIGBUS stays in place.
   *
   * @throws SpdkException when the library cannot be loaded, is too old, or does not start; after
   *     the last of these a new process is needed
   * @throws IllegalStateException when SPDK was started in this process before
   */
  public static Spdk start(SpdkLocation.Found library, EnvironmentOptions options) {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("SPDK must be started by a platform thread");
    }
    if (!STARTED.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "SPDK was started in this process before, and can be only once: share that one");
    }
    try {
      SpdkLibrary loaded = SpdkLibrary.load(library.library());
      CopiedCompletions.check(loaded);
      loaded.use();
    } catch (SpdkException e) {
      // Nothing is started yet: another library may do.
      STARTED.set(false);
      throw e;
    }
    startEnvironment(options);
    return new Spdk(options);
  }

  private static void startEnvironment(EnvironmentOptions options) {
    // SPDK binds the thread to the first processor of the mask.
    try (ThreadAffinity affinity = ThreadAffinity.save()) {
      String coreMask =
          options.coreMask().isEmpty() ? "[" + affinity.firstProcessor() + "]" : options.coreMask();
      MemorySegment struct = EnvironmentStruct.allocate(Arena.global());
      EnvironmentCalls.defaultOptions(struct);
      EnvironmentStruct.write(struct, options, coreMask, Arena.global());
      int result = EnvironmentCalls.start(struct);
      if (result != 0) {
        throw new SpdkException(
            "SPDK's environment does not start (result "
                + result
                + "); its log on standard error says why. Frequent reasons: too few huge pages or"
                + " hugetlbfs not mounted, no permission for /dev/hugepages or /dev/vfio, a DPDK"
                + " that this SPDK does not support",
            Math.max(0, -result));
      }
    }
  }

  /**
   * Allocates pinned memory that any drive can reach, filled with zeros.
   *
   * @param lengthBytes at least 1
   * @param alignmentBytes a power of two
   * @throws SpdkException when SPDK has no such memory left
   */
  public DmaMemory allocate(long lengthBytes, long alignmentBytes) {
    checkOpen();
    return DmaMemory.allocate(dmaRanges, lengthBytes, alignmentBytes);
  }

  /**
   * Makes memory of the caller's known to drives. It must stay mapped until {@link #unregister}.
   *
   * @param address multiple of 2 MiB
   * @param lengthBytes multiple of 2 MiB, more than 0
   * @throws SpdkException when SPDK refuses it, for example because it cannot be pinned
   */
  public void register(long address, long lengthBytes) {
    checkOpen();
    checkRegistration(address, lengthBytes);
    dmaRanges.add(address, lengthBytes);
    int result = EnvironmentCalls.register(address, lengthBytes);
    if (result != 0) {
      dmaRanges.remove(address, lengthBytes);
      throw new SpdkException(
          "SPDK cannot register %d bytes at 0x%x (errno %d): is it huge pages, or memory that an"
                  .formatted(lengthBytes, address, -result)
              + " IOMMU can map, and does the limit of locked memory allow it?",
          -result);
    }
  }

  /**
   * Takes memory back that was given to {@link #register} with the same arguments. No command that
   * uses it may be in flight.
   *
   * @throws SpdkException when SPDK refuses
   */
  public void unregister(long address, long lengthBytes) {
    checkOpen();
    checkRegistration(address, lengthBytes);
    dmaRanges.remove(address, lengthBytes);
    int result = EnvironmentCalls.unregister(address, lengthBytes);
    if (result != 0) {
      throw new SpdkException(
          "SPDK cannot unregister %d bytes at 0x%x (errno %d)"
              .formatted(lengthBytes, address, -result),
          -result);
    }
  }

  private static void checkRegistration(long address, long lengthBytes) {
    if (address <= 0
        || lengthBytes <= 0
        || address % REGISTRATION_UNIT_BYTES != 0
        || lengthBytes % REGISTRATION_UNIT_BYTES != 0) {
      throw new IllegalArgumentException(
          "Memory is registered in units of 2 MiB, but this is %d bytes at 0x%x"
              .formatted(lengthBytes, address));
    }
  }

  /**
   * Connects a controller and waits until it is ready. At once when there is none, within the
   * administrative timeout when one does not answer.
   *
   * @throws SpdkException when there is none, or it does not get ready
   * @throws IllegalStateException when it is connected already
   * @throws IllegalArgumentException when the environment was started without that PCI device, or
   *     the transport is not supported
   */
  public synchronized NvmeController connect(TransportId id, ControllerOptions options) {
    checkOpen();
    checkConnectable(id);
    long controller;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment struct = ControllerStruct.allocate(arena);
      ControllerCalls.defaultOptions(struct, ControllerStruct.KNOWN_BYTES);
      ControllerStruct.write(struct, options);
      controller =
          ControllerCalls.connect(
              TransportIdStruct.of(id, arena), struct, ControllerStruct.KNOWN_BYTES);
    }
    if (controller == 0) {
      throw new SpdkException(
          "Cannot connect "
              + id
              + ": "
              + (id.kind() == TransportId.Kind.PCIE
                  ? "is the drive bound to vfio-pci or uio_pci_generic, and used by nobody else?"
                  : "is the target running and does it serve this subsystem?")
              + " SPDK's log on standard error says more");
    }
    NvmeController connected = new NvmeController(this, id, controller, dmaRanges);
    controllers.add(connected);
    return connected;
  }

  private void checkConnectable(TransportId id) {
    switch (id.kind()) {
      case PCIE -> {
        if (id.address().isEmpty()) {
          throw new IllegalArgumentException("Name one PCI address to connect");
        }
        if (!options.allows(id.address())) {
          throw new IllegalArgumentException(
              "SPDK was started without PCI device "
                  + id.address()
                  + ": name it in EnvironmentOptions.allowedPciAddresses");
        }
      }
      case TCP -> {
        // Nothing to check before it is tried.
      }
      case RDMA -> throw new IllegalArgumentException("NVMe over RDMA is not supported: " + id);
    }
    if (controllers.stream().anyMatch(open -> open.id().equals(id))) {
      throw new IllegalStateException(id + " is connected already: share that controller");
    }
  }

  /**
   * Lists the controllers of this machine that the environment may use ({@link
   * TransportId#allLocal}), or those that a discovery service knows, without attaching them.
   *
   * @throws SpdkException when the search fails
   */
  public synchronized List<TransportId> probe(TransportId localOrDiscovery) {
    checkOpen();
    return new ControllerProbe().run(localOrDiscovery);
  }

  /** Makes SPDK write this much to standard error. */
  public void setLogLevel(LogLevel level) {
    checkOpen();
    EnvironmentCalls.setLogLevel(level.code());
  }

  /**
   * Ends SPDK's environment; it cannot be started again in this process. All {@link DmaMemory} must
   * be out of use. Does nothing the second time.
   *
   * @throws IllegalStateException when controllers are open
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    if (!controllers.isEmpty()) {
      throw new IllegalStateException(
          controllers.size() + " controllers are open: close them first");
    }
    closed = true;
    EnvironmentCalls.end();
  }

  /** From the controller that is closed. */
  synchronized void detach(NvmeController controller, long handle) {
    controllers.remove(controller);
    int result = ControllerCalls.detach(handle);
    if (result != 0) {
      throw new SpdkException(
          "SPDK did not let go of " + controller.id() + " (result " + result + ")",
          Math.max(0, -result));
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("SPDK was ended");
    }
  }
}
