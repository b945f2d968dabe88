package io.luciola.cluster.service;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** Tells calls that did not reach a service, or lost its answer, from those it refused. */
public final class TransportFailure {

  private TransportFailure() {}

  /**
   * Whether the connection is to blame. A connection that is closed just when a call is written to
   * it shows as UNKNOWN with the cause at hand; what a service itself throws has no cause here.
   */
  public static boolean is(StatusRuntimeException failure) {
    Status status = failure.getStatus();
    return status.getCode() == Status.Code.UNAVAILABLE
        || (status.getCode() == Status.Code.UNKNOWN && status.getCause() != null);
  }
}
