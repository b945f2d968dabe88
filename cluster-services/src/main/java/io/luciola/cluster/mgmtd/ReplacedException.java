package io.luciola.cluster.mgmtd;

/** A process speaks for a node although another one has taken its place, or it has left. */
final class ReplacedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ReplacedException(int nodeId) {
    super(
        "another process has registered as node "
            + nodeId
            + ", or this one has said that it leaves; if both run, give one of them another"
            + " node-id",
        null,
        false,
        false);
  }
}
