package io.luciola.cluster.cli.admin;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.luciola.cluster.cli.admin.AdminCluster.Outcome;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.mgmtd.proto.GetStatusRequest;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.LookAtDisksRequest;
import io.luciola.cluster.mgmtd.proto.LookAtDisksResponse;
import io.luciola.cluster.mgmtd.proto.MgmtdAdminGrpc.MgmtdAdminImplBase;
import io.luciola.cluster.mgmtd.proto.MgmtdGrpc.MgmtdImplBase;
import io.luciola.cluster.mgmtd.proto.RetireTargetsRequest;
import io.luciola.cluster.mgmtd.proto.RetireTargetsResponse;
import io.luciola.cluster.service.ControlServer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** A Mgmtd that says what a test wrote down, and notes what it is asked for. */
public final class ScriptedMgmtd implements AutoCloseable {

  private final ControlServer server;
  private final Deque<GetStatusResponse> statuses = new ArrayDeque<>();
  private final Deque<LookAtDisksResponse> looks = new ArrayDeque<>();
  private final Deque<String> refusals = new ArrayDeque<>();

  /** The nodes that were to look at their disks, in the order of the calls. */
  public final List<Integer> asked = Collections.synchronizedList(new ArrayList<>());

  /** What was to be removed. */
  public final List<RetireTargetsRequest> retired = Collections.synchronizedList(new ArrayList<>());

  /**
   * Serves.
   *
   * @param script the answers to the calls for the status; the last one is given again and again
   */
  public ScriptedMgmtd(GetStatusResponse... script) throws IOException {
    statuses.addAll(Arrays.asList(script));
    server =
        ControlServer.start(
            new HostPort("127.0.0.1", 0), new Statuses(), other -> other.addService(new Changes()));
  }

  /** The next answer to a call that has a node look at its disks. */
  public ScriptedMgmtd look(long number, long term) {
    looks.add(LookAtDisksResponse.newBuilder().setDiskLook(number).setTerm(term).build());
    return this;
  }

  /** The next change is refused for now. */
  public ScriptedMgmtd refuse(String reason) {
    return refuseAfter(0, reason);
  }

  /** A change is refused for now, after some that are not. */
  public ScriptedMgmtd refuseAfter(int changes, String reason) {
    refusals.addAll(Collections.nCopies(changes, ""));
    refusals.add(reason);
    return this;
  }

  public Outcome admin(String verb, String... arguments) {
    List<String> words = new ArrayList<>(List.of("--cluster", "luciola://" + server.address()));
    words.addAll(List.of(arguments));
    return AdminCluster.run(verb, words.toArray(String[]::new));
  }

  @Override
  public void close() {
    server.close();
  }

  private final class Statuses extends MgmtdImplBase {
    @Override
    public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> observer) {
      synchronized (statuses) {
        observer.onNext(statuses.size() > 1 ? statuses.remove() : statuses.element());
      }
      observer.onCompleted();
    }
  }

  private final class Changes extends MgmtdAdminImplBase {
    @Override
    public void lookAtDisks(
        LookAtDisksRequest request, StreamObserver<LookAtDisksResponse> observer) {
      asked.add(request.getNodeId());
      synchronized (looks) {
        if (!refused(observer)) {
          observer.onNext(looks.remove());
          observer.onCompleted();
        }
      }
    }

    @Override
    public void retireTargets(
        RetireTargetsRequest request, StreamObserver<RetireTargetsResponse> observer) {
      synchronized (looks) {
        if (!refused(observer)) {
          retired.add(request);
          observer.onNext(RetireTargetsResponse.getDefaultInstance());
          observer.onCompleted();
        }
      }
    }

    private boolean refused(StreamObserver<?> observer) {
      String reason = refusals.isEmpty() ? "" : refusals.remove();
      if (reason.isEmpty()) {
        return false;
      }
      observer.onError(Status.FAILED_PRECONDITION.withDescription(reason).asRuntimeException());
      return true;
    }
  }
}
