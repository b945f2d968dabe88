package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.linux.Crc32c;

/** What becomes of reads: their answers leave straight from the buffers which the engine filled. */
final class ReadAnswers {

  private final NodeContext context;
  private final Replies replies;
  private final Crc32c checksum = new Crc32c();

  ReadAnswers(NodeContext context, Replies replies) {
    this.context = context;
    this.replies = replies;
  }

  /** The engine ended a read; status as it gave it. */
  void onRead(ReadRequest request, int status, long version) {
    if (status < 0) {
      onStatus(request, status);
      return;
    }
    long address = request.buffer + request.op.offsetBytes % ChunkEngine.BLOCK_BYTES;
    request.answered = replies.bytes(request, address, status, version);
    if (!request.answered) {
      context.release(request);
    }
  }

  /** A read ends without data. */
  void onStatus(ReadRequest request, int status) {
    replies.readStatus(request, status);
    context.release(request);
  }

  int checksum(long address, int lengthBytes) {
    return checksum.of(address, lengthBytes);
  }
}
