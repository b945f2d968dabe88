package io.luciola.spdk;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/**
 * The calls of the data path. The frequent ones are there in two kinds: with {@code upcalls}, SPDK
 * may call into Java from within; without, it may not, and the call is quicker.
 */
final class QueuePairCalls {

  private static final FunctionDescriptor TRANSFER =
      FunctionDescriptor.of(
          JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG,
          JAVA_INT);
  private static final FunctionDescriptor FLUSH_SIGNATURE =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor DATASET_SIGNATURE =
      FunctionDescriptor.of(
          JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_SHORT, JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor ZEROES_SIGNATURE =
      FunctionDescriptor.of(
          JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final FunctionDescriptor POLL_SIGNATURE =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT);

  private static final SpdkLibrary SPDK = SpdkLibrary.loaded();
  private static final MethodHandle READ = SPDK.frequentCall(SpdkFunction.NS_CMD_READ, TRANSFER);
  private static final MethodHandle READ_BRIEF = SPDK.briefCall(SpdkFunction.NS_CMD_READ, TRANSFER);
  private static final MethodHandle WRITE = SPDK.frequentCall(SpdkFunction.NS_CMD_WRITE, TRANSFER);
  private static final MethodHandle WRITE_BRIEF =
      SPDK.briefCall(SpdkFunction.NS_CMD_WRITE, TRANSFER);
  private static final MethodHandle FLUSH =
      SPDK.frequentCall(SpdkFunction.NS_CMD_FLUSH, FLUSH_SIGNATURE);
  private static final MethodHandle FLUSH_BRIEF =
      SPDK.briefCall(SpdkFunction.NS_CMD_FLUSH, FLUSH_SIGNATURE);
  private static final MethodHandle POLL =
      SPDK.frequentCall(SpdkFunction.QPAIR_PROCESS_COMPLETIONS, POLL_SIGNATURE);
  private static final MethodHandle POLL_BRIEF =
      SPDK.briefCall(SpdkFunction.QPAIR_PROCESS_COMPLETIONS, POLL_SIGNATURE);
  // Too rare to be worth the brief kind.
  private static final MethodHandle DATASET_MANAGEMENT =
      SPDK.frequentCall(SpdkFunction.NS_CMD_DATASET_MANAGEMENT, DATASET_SIGNATURE);
  private static final MethodHandle WRITE_ZEROES =
      SPDK.frequentCall(SpdkFunction.NS_CMD_WRITE_ZEROES, ZEROES_SIGNATURE);
  private static final MethodHandle COMPARE =
      SPDK.frequentCall(SpdkFunction.NS_CMD_COMPARE, TRANSFER);

  private QueuePairCalls() {}

  static int read(
      boolean upcalls,
      long namespace,
      long queuePair,
      long address,
      long firstSector,
      int sectors,
      long callback,
      long argument) {
    try {
      return upcalls
          ? (int)
              READ.invokeExact(
                  namespace, queuePair, address, firstSector, sectors, callback, argument, 0)
          : (int)
              READ_BRIEF.invokeExact(
                  namespace, queuePair, address, firstSector, sectors, callback, argument, 0);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static int write(
      boolean upcalls,
      long namespace,
      long queuePair,
      long address,
      long firstSector,
      int sectors,
      long callback,
      long argument,
      int flags) {
    try {
      return upcalls
          ? (int)
              WRITE.invokeExact(
                  namespace, queuePair, address, firstSector, sectors, callback, argument, flags)
          : (int)
              WRITE_BRIEF.invokeExact(
                  namespace, queuePair, address, firstSector, sectors, callback, argument, flags);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static int compare(
      long namespace,
      long queuePair,
      long address,
      long firstSector,
      int sectors,
      long callback,
      long argument) {
    try {
      return (int)
          COMPARE.invokeExact(
              namespace, queuePair, address, firstSector, sectors, callback, argument, 0);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static int flush(boolean upcalls, long namespace, long queuePair, long callback, long argument) {
    try {
      return upcalls
          ? (int) FLUSH.invokeExact(namespace, queuePair, callback, argument)
          : (int) FLUSH_BRIEF.invokeExact(namespace, queuePair, callback, argument);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static int manageDataset(
      long namespace,
      long queuePair,
      int type,
      long ranges,
      short rangeCount,
      long callback,
      long argument) {
    try {
      return (int)
          DATASET_MANAGEMENT.invokeExact(
              namespace, queuePair, type, ranges, rangeCount, callback, argument);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static int writeZeroes(
      long namespace, long queuePair, long firstSector, int sectors, long callback, long argument) {
    try {
      return (int)
          WRITE_ZEROES.invokeExact(
              namespace, queuePair, firstSector, sectors, callback, argument, 0);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static int poll(boolean upcalls, long queuePair, int limit) {
    try {
      return upcalls
          ? (int) POLL.invokeExact(queuePair, limit)
          : (int) POLL_BRIEF.invokeExact(queuePair, limit);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }
}
