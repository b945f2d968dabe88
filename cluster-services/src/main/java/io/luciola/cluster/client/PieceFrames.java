package io.luciola.cluster.client;

import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.cluster.routing.ChainRoute;
import io.luciola.cluster.transport.Connection;
import io.luciola.cluster.wire.Opcode;
import io.luciola.cluster.wire.RequestFrame;

/** Puts pieces into frames. */
final class PieceFrames {

  private final long clientId;
  private final RequestFrame frame = new RequestFrame();

  PieceFrames(long clientId) {
    this.clientId = clientId;
  }

  /**
   * Queues a piece.
   *
   * @param remainingNs until the node is to have answered
   * @return false when the connection's queue is full
   */
  boolean send(Piece piece, Connection connection, ChainRoute route, int place, long remainingNs) {
    long header = connection.claim();
    if (header == Connection.REFUSED) {
      return false;
    }
    frame.wrap(header);
    boolean carriesData = piece.kind == ChunkUpdate.WRITE;
    frame
        .begin(
            piece.isRead() ? Opcode.READ : Opcode.WRITE,
            piece.tag(),
            carriesData ? piece.lengthBytes : 0)
        .deadlineMicros(Math.clamp(remainingNs / 1000, 1, Integer.MAX_VALUE))
        .chain(piece.chainId, route.version())
        .targetId(route.target(place))
        .chunk(piece.chunkHi, piece.chunkLo)
        .range(piece.offsetBytes, piece.lengthBytes);
    if (piece.isRead()) {
      frame.readMode(piece.readMode.number()).version(piece.minVersion);
    } else {
      frame
          .kind(piece.kind)
          .writer(clientId, piece.slot, piece.sequence)
          .capacityBytes(piece.capacityBytes)
          .payloadCrc32c(piece.payloadCrc32c)
          .repeat(piece.repeat);
    }
    frame.seal();
    connection.send(piece.address, piece.tag());
    return true;
  }
}
