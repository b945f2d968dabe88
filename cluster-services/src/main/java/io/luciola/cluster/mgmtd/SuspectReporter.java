package io.luciola.cluster.mgmtd;

import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells Mgmtd of nodes that could not be reached, so that it looks for itself. For any thread, and
 * never blocks; one report of a node is under way at a time.
 */
public final class SuspectReporter implements IntConsumer {

  private static final Logger LOG = LoggerFactory.getLogger(SuspectReporter.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final MgmtdClient mgmtd;
  private final Set<Integer> underWay = ConcurrentHashMap.newKeySet();

  /** The client stays its owner's; a report after its closing says nothing to anybody. */
  public SuspectReporter(MgmtdClient mgmtd) {
    this.mgmtd = mgmtd;
  }

  @Override
  public void accept(int nodeId) {
    if (underWay.add(nodeId)) {
      Thread.ofVirtual().name("suspect-" + nodeId).start(() -> report(nodeId));
    }
  }

  private void report(int nodeId) {
    try {
      mgmtd.reportSuspect(nodeId, TIMEOUT);
    } catch (MgmtdUnavailableException | StatusRuntimeException unheard) {
      LOG.debug("Mgmtd does not hear that node {} is suspect: {}", nodeId, unheard.getMessage());
    } finally {
      underWay.remove(nodeId);
    }
  }
}
