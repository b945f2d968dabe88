package io.luciola.spdk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Calls that find, open and look after controllers, namespaces and queue pairs. */
final class ControllerCalls {

  private static final SpdkLibrary SPDK = SpdkLibrary.loaded();
  private static final FunctionDescriptor POINTER_OF_POINTER =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor INT_OF_POINTER =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG);
  private static final FunctionDescriptor BOOLEAN_OF_POINTER =
      FunctionDescriptor.of(JAVA_BOOLEAN, JAVA_LONG);

  private static final MethodHandle PARSE =
      SPDK.call(SpdkFunction.TRANSPORT_ID_PARSE, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle PROBE =
      SPDK.call(
          SpdkFunction.PROBE,
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG));
  private static final MethodHandle DEFAULT_OPTIONS =
      SPDK.call(SpdkFunction.CTRLR_GET_DEFAULT_OPTS, FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG));
  private static final MethodHandle CONNECT =
      SPDK.call(
          SpdkFunction.CONNECT, FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG));
  private static final MethodHandle DETACH = SPDK.call(SpdkFunction.DETACH, INT_OF_POINTER);
  private static final MethodHandle DATA =
      SPDK.call(SpdkFunction.CTRLR_GET_DATA, POINTER_OF_POINTER);
  private static final MethodHandle PCI_DEVICE =
      SPDK.call(SpdkFunction.CTRLR_GET_PCI_DEVICE, POINTER_OF_POINTER);
  private static final MethodHandle PCI_REMOVED =
      SPDK.call(SpdkFunction.PCI_DEVICE_IS_REMOVED, BOOLEAN_OF_POINTER);
  private static final MethodHandle PCI_CONFIGURE =
      SPDK.call(
          SpdkFunction.PCI_DEVICE_CFG_WRITE16,
          FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_SHORT, JAVA_INT));
  private static final MethodHandle PCI_NUMA_NODE =
      SPDK.call(SpdkFunction.PCI_DEVICE_GET_NUMA_ID, INT_OF_POINTER);
  private static final MethodHandle PROCESS_ADMIN =
      SPDK.call(SpdkFunction.CTRLR_PROCESS_ADMIN_COMPLETIONS, INT_OF_POINTER);
  private static final MethodHandle IS_FAILED =
      SPDK.call(SpdkFunction.CTRLR_IS_FAILED, BOOLEAN_OF_POINTER);
  private static final MethodHandle FAIL =
      SPDK.call(SpdkFunction.CTRLR_FAIL, FunctionDescriptor.ofVoid(JAVA_LONG));
  private static final MethodHandle RESET = SPDK.call(SpdkFunction.CTRLR_RESET, INT_OF_POINTER);
  private static final MethodHandle FIRST_NAMESPACE =
      SPDK.call(SpdkFunction.CTRLR_GET_FIRST_ACTIVE_NS, INT_OF_POINTER);
  private static final MethodHandle NEXT_NAMESPACE =
      SPDK.call(
          SpdkFunction.CTRLR_GET_NEXT_ACTIVE_NS,
          FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle NAMESPACE =
      SPDK.call(SpdkFunction.CTRLR_GET_NS, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT));
  private static final MethodHandle NAMESPACE_DATA =
      SPDK.call(SpdkFunction.NS_GET_DATA, POINTER_OF_POINTER);
  private static final MethodHandle SECTOR_BYTES =
      SPDK.call(SpdkFunction.NS_GET_SECTOR_SIZE, INT_OF_POINTER);
  private static final MethodHandle METADATA_BYTES =
      SPDK.call(SpdkFunction.NS_GET_MD_SIZE, INT_OF_POINTER);
  private static final MethodHandle SECTORS =
      SPDK.call(SpdkFunction.NS_GET_NUM_SECTORS, POINTER_OF_POINTER);
  private static final MethodHandle MAX_TRANSFER_BYTES =
      SPDK.call(SpdkFunction.NS_GET_MAX_IO_XFER_SIZE, INT_OF_POINTER);
  private static final MethodHandle DEFAULT_QUEUE_PAIR_OPTIONS =
      SPDK.call(
          SpdkFunction.CTRLR_GET_DEFAULT_IO_QPAIR_OPTS,
          FunctionDescriptor.ofVoid(JAVA_LONG, ADDRESS, JAVA_LONG));
  private static final MethodHandle ALLOCATE_QUEUE_PAIR =
      SPDK.call(
          SpdkFunction.CTRLR_ALLOC_IO_QPAIR,
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG));
  // Waits for the drive to delete the queues, and calls back for what was in flight.
  private static final MethodHandle FREE_QUEUE_PAIR =
      SPDK.call(SpdkFunction.CTRLR_FREE_IO_QPAIR, INT_OF_POINTER);

  private ControllerCalls() {}

  static int parse(MemorySegment transportId, MemorySegment text) {
    try {
      return (int) PARSE.invokeExact(transportId, text);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static int probe(MemorySegment transportId, MemorySegment onFound, MemorySegment onAttached) {
    try {
      return (int) PROBE.invokeExact(transportId, 0L, onFound, onAttached, 0L);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static void defaultOptions(MemorySegment options, long sizeBytes) {
    try {
      DEFAULT_OPTIONS.invokeExact(options, sizeBytes);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static long connect(MemorySegment transportId, MemorySegment options, long sizeBytes) {
    try {
      return (long) CONNECT.invokeExact(transportId, options, sizeBytes);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static int detach(long controller) {
    return callInt(DETACH, controller);
  }

  static long identifyData(long controller) {
    return callPointer(DATA, controller);
  }

  static long pciDevice(long controller) {
    return callPointer(PCI_DEVICE, controller);
  }

  static boolean isRemoved(long pciDevice) {
    return callBoolean(PCI_REMOVED, pciDevice);
  }

  /** Writes into the configuration space; of a device that is gone, into nothing. */
  static void configure(long pciDevice, int offset, short value) {
    try {
      int _ = (int) PCI_CONFIGURE.invokeExact(pciDevice, value, offset);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static int numaNode(long pciDevice) {
    return callInt(PCI_NUMA_NODE, pciDevice);
  }

  static int processAdmin(long controller) {
    return callInt(PROCESS_ADMIN, controller);
  }

  static boolean isFailed(long controller) {
    return callBoolean(IS_FAILED, controller);
  }

  static void fail(long controller) {
    try {
      FAIL.invokeExact(controller);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static int reset(long controller) {
    return callInt(RESET, controller);
  }

  static int firstNamespace(long controller) {
    return callInt(FIRST_NAMESPACE, controller);
  }

  static int nextNamespace(long controller, int id) {
    try {
      return (int) NEXT_NAMESPACE.invokeExact(controller, id);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static long namespace(long controller, int id) {
    try {
      return (long) NAMESPACE.invokeExact(controller, id);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static long namespaceIdentifyData(long namespace) {
    return callPointer(NAMESPACE_DATA, namespace);
  }

  static int sectorBytes(long namespace) {
    return callInt(SECTOR_BYTES, namespace);
  }

  static int metadataBytes(long namespace) {
    return callInt(METADATA_BYTES, namespace);
  }

  static long sectors(long namespace) {
    return callPointer(SECTORS, namespace);
  }

  static int maxTransferBytes(long namespace) {
    return callInt(MAX_TRANSFER_BYTES, namespace);
  }

  static void defaultQueuePairOptions(long controller, MemorySegment options, long sizeBytes) {
    try {
      DEFAULT_QUEUE_PAIR_OPTIONS.invokeExact(controller, options, sizeBytes);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static long allocateQueuePair(long controller, MemorySegment options, long sizeBytes) {
    try {
      return (long) ALLOCATE_QUEUE_PAIR.invokeExact(controller, options, sizeBytes);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static int freeQueuePair(long queuePair) {
    return callInt(FREE_QUEUE_PAIR, queuePair);
  }

  private static int callInt(MethodHandle function, long pointer) {
    try {
      return (int) function.invokeExact(pointer);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  private static long callPointer(MethodHandle function, long pointer) {
    try {
      return (long) function.invokeExact(pointer);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  private static boolean callBoolean(MethodHandle function, long pointer) {
    try {
      return (boolean) function.invokeExact(pointer);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }
}
