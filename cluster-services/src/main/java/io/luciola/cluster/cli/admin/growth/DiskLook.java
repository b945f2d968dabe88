package io.luciola.cluster.cli.admin.growth;

import io.luciola.cluster.cli.AdminCommand;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.status.DiskFacts;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.LookAtDisksRequest;
import io.luciola.cluster.mgmtd.proto.LookAtDisksResponse;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Has a node look at its disks. Asked for again when it may be forgotten: by another primary, or
 * over a look that somebody else asked for.
 */
final class DiskLook {

  private final AdminCommand mgmtd;
  private final LookAtDisksRequest request;
  private final int nodeId;
  private final Set<Long> asked = new HashSet<>();
  private long term;
  private long lastDone;

  /**
   * Nothing is asked yet.
   *
   * @param lastDone the look that the node has carried out last
   */
  DiskLook(AdminCommand mgmtd, int nodeId, long lastDone) {
    this.mgmtd = mgmtd;
    this.nodeId = nodeId;
    this.lastDone = lastDone;
    request = LookAtDisksRequest.newBuilder().setNodeId(nodeId).build();
  }

  /** Asks the first time. */
  void begin() {
    String refusal = ask();
    if (refusal != null) {
      throw CommandFailure.failed("Mgmtd refuses: " + refusal);
    }
  }

  /** Returns why it cannot be now; null when it is asked. */
  private @Nullable String ask() {
    LookAtDisksResponse[] answer = {LookAtDisksResponse.getDefaultInstance()};
    String refusal = mgmtd.changeUnlessRefused(stub -> answer[0] = stub.lookAtDisks(request));
    if (refusal == null) {
      if (answer[0].getTerm() != term) {
        asked.clear();
        term = answer[0].getTerm();
      }
      asked.add(answer[0].getDiskLook());
    }
    return refusal;
  }

  /** Whether the node has looked since it was asked to; asks again when that is needed. */
  boolean isDone(GetStatusResponse status) {
    long done = new DiskFacts(status).lookDone(nodeId);
    boolean others = done != lastDone;
    lastDone = done;
    if (status.getTerm() == term && asked.contains(done)) {
      return true;
    }
    if (status.getTerm() != term || (others && done != 0)) {
      ask(); // a refusal may pass: the node is perhaps just being started
    }
    return false;
  }
}
