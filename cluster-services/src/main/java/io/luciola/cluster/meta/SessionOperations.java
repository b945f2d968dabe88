package io.luciola.cluster.meta;

import io.luciola.blockstore.linux.Errno;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.kv.Transaction;
import io.luciola.cluster.meta.RecordCodec.Session;
import io.luciola.cluster.meta.proto.CloseRequest;
import io.luciola.cluster.meta.proto.Empty;
import io.luciola.cluster.meta.proto.KeepAliveRequest;
import io.luciola.cluster.meta.proto.OpenRequest;
import io.luciola.cluster.meta.proto.OpenResponse;
import java.util.random.RandomGenerator;

/**
 * Opening and closing. Conflicts on the inode, so on whoever takes its last name; the last close of
 * a file without names also on its other sessions.
 */
final class SessionOperations {

  private final RandomGenerator random;
  private final WallClock clock;

  SessionOperations(RandomGenerator random, WallClock clock) {
    this.random = random;
    this.clock = clock;
  }

  OpenResponse open(Transaction tx, OpenRequest request) {
    InodeRecord inode = InodeTable.load(tx, request.getInode());
    if (!inode.isRegular()) {
      throw new PosixException(
          inode.isDirectory() ? Errno.EISDIR : Errno.EINVAL,
          "inode " + inode.id + " is a " + inode.type + " and has no sessions");
    }
    long session = addSession(tx, inode.id, request.getCaller().getClientId(), request.getWrite());
    return OpenResponse.newBuilder()
        .setInode(InodeTable.toProto(tx, inode))
        .setSessionId(session)
        .build();
  }

  /** Adds a session to a regular file that the transaction has loaded or made. */
  long addSession(Transaction tx, long inode, long client, boolean write) {
    long session = newSessionId();
    tx.set(
        MetaKeys.session(inode, session),
        RecordCodec.encode(new Session(client, write, clock.nowNs())));
    tx.set(MetaKeys.clientSession(client, inode, session), new byte[0]);
    return session;
  }

  private long newSessionId() {
    synchronized (random) {
      long session = random.nextLong();
      while (session == 0) {
        session = random.nextLong();
      }
      return session;
    }
  }

  /** Closing what has ended before, with its client, is no error. */
  Empty close(Transaction tx, CloseRequest request) {
    byte[] value = tx.get(MetaKeys.inode(request.getInode()));
    if (value == null) {
      return Empty.getDefaultInstance();
    }
    InodeRecord inode = RecordCodec.inode(value);
    boolean changed =
        request.hasLengthBytes()
            && AttributeOperations.recordWrite(
                inode,
                request.getLengthBytes(),
                request.getTruncateVersion(),
                request.getMtimeNs());
    endSession(tx, inode, request.getSessionId(), changed);
    return Empty.getDefaultInstance();
  }

  /** Ends a session and buries the file when nothing else holds it. */
  static void endSession(Transaction tx, InodeRecord inode, long session, boolean changed) {
    byte[] value = tx.get(MetaKeys.session(inode.id, session));
    if (value != null) {
      tx.clear(MetaKeys.session(inode.id, session));
      long client = RecordCodec.session(value).client();
      tx.clear(MetaKeys.clientSession(client, inode.id, session));
    }
    if (!InodeTable.buryIfUnreachable(tx, inode) && changed) {
      InodeTable.save(tx, inode);
    }
  }

  /** A sign of life; also forgets the answers that the client has received. */
  Empty keepAlive(Transaction tx, KeepAliveRequest request) {
    long client = request.getClientId();
    tx.set(MetaKeys.client(client), RecordCodec.encodeTime(clock.nowNs()));
    tx.clearRange(MetaKeys.answer(client, 0), MetaKeys.answer(client, request.getAnsweredBelow()));
    return Empty.getDefaultInstance();
  }
}
