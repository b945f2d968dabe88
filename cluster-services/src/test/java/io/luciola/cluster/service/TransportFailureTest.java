package io.luciola.cluster.service;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

class TransportFailureTest {

  @Test
  void aConnectionThatClosesUnderACallIsOne() {
    assertTrue(TransportFailure.is(Status.UNAVAILABLE.asRuntimeException()));
    assertTrue(
        TransportFailure.is(
            Status.UNKNOWN.withCause(new ClosedChannelException()).asRuntimeException()));
  }

  @Test
  void whatAServiceSaysIsNone() {
    assertFalse(TransportFailure.is(Status.UNKNOWN.asRuntimeException()));
    assertFalse(TransportFailure.is(Status.FAILED_PRECONDITION.asRuntimeException()));
    assertFalse(TransportFailure.is(Status.DEADLINE_EXCEEDED.asRuntimeException()));
  }
}
