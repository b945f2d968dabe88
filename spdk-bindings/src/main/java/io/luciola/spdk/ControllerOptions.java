package io.luciola.spdk;

/**
 * What a controller is connected with. Zero and the empty string stand for SPDK's default.
 *
 * @param keepAliveTimeoutMs the silence after which a fabrics target drops the connection; {@link
 *     NvmeController#processAdmin} must be called several times as often
 * @param ioQueueEntries the largest submission queue that may be asked for; the drive may allow
 *     less
 * @param ioQueueRequests commands and parts of split commands that a queue pair can hold by default
 * @param adminTimeoutMs how long an administrative command may take
 * @param transportAckTimeout TCP user timeout of 2^n milliseconds, 0 to 31
 * @param headerDigest whether TCP frames carry a checksum of their headers
 * @param dataDigest whether TCP frames carry a checksum of their data
 * @param hostNqn NVMe qualified name of this host
 */
public record ControllerOptions(
    int keepAliveTimeoutMs,
    int ioQueueEntries,
    int ioQueueRequests,
    int adminTimeoutMs,
    int transportAckTimeout,
    boolean headerDigest,
    boolean dataDigest,
    String hostNqn) {

  private static final int MAX_QUEUE_ENTRIES = 65536;
  private static final int MAX_NQN = 223;
  private static final int DEFAULT_QUEUE_ENTRIES = 1024;
  private static final int MAX_ACK_TIMEOUT = 31;

  /** Checks the ranges. */
  public ControllerOptions {
    check("keepAliveTimeoutMs", keepAliveTimeoutMs, Integer.MAX_VALUE);
    check("ioQueueEntries", ioQueueEntries, MAX_QUEUE_ENTRIES);
    check("ioQueueRequests", ioQueueRequests, Integer.MAX_VALUE);
    check("adminTimeoutMs", adminTimeoutMs, Integer.MAX_VALUE);
    check("transportAckTimeout", transportAckTimeout, MAX_ACK_TIMEOUT);
    if (hostNqn.length() > MAX_NQN || hostNqn.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new IllegalArgumentException(
          "hostNqn must be at most " + MAX_NQN + " ASCII characters, but is '" + hostNqn + "'");
    }
  }

  private static void check(String what, int value, int max) {
    if (value < 0 || value > max) {
      throw new IllegalArgumentException(what + " must be 0 to " + max + ", but is " + value);
    }
  }

  /** SPDK's defaults, but for queues of up to 1024 entries. */
  public static ControllerOptions defaults() {
    return new ControllerOptions(0, DEFAULT_QUEUE_ENTRIES, 0, 0, 0, false, false, "");
  }

  /** The same with another keep-alive timeout. */
  public ControllerOptions withKeepAliveTimeoutMs(int timeoutMs) {
    return new ControllerOptions(
        timeoutMs,
        ioQueueEntries,
        ioQueueRequests,
        adminTimeoutMs,
        transportAckTimeout,
        headerDigest,
        dataDigest,
        hostNqn);
  }

  /** The same with another timeout of administrative commands. */
  public ControllerOptions withAdminTimeoutMs(int timeoutMs) {
    return new ControllerOptions(
        keepAliveTimeoutMs,
        ioQueueEntries,
        ioQueueRequests,
        timeoutMs,
        transportAckTimeout,
        headerDigest,
        dataDigest,
        hostNqn);
  }

  /** The same with another name of this host. */
  public ControllerOptions withHostNqn(String nqn) {
    return new ControllerOptions(
        keepAliveTimeoutMs,
        ioQueueEntries,
        ioQueueRequests,
        adminTimeoutMs,
        transportAckTimeout,
        headerDigest,
        dataDigest,
        nqn);
  }
}
