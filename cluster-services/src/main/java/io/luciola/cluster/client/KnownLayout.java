package io.luciola.cluster.client;

import io.luciola.blockstore.linux.Errno;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.meta.proto.Inode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The layout of a file as far as this client knows it; asks Meta for more when an I/O needs it.
 * Safe for any number of threads; an I/O that is covered takes no lock and allocates nothing.
 */
public final class KnownLayout {

  private final Namespace namespace;
  private final long inode;
  private volatile FileLayout layout;

  /** The farthest question under way; guarded by this object's monitor. */
  private @Nullable Question underWay;

  private record Question(long chunk, CompletableFuture<FileLayout> answer) {}

  /** What the attributes say of a regular file. */
  public KnownLayout(Namespace namespace, Inode attributes) {
    this.namespace = namespace;
    this.inode = attributes.getId();
    this.layout = LayoutMessages.layoutOf(attributes);
  }

  /** What is known now. */
  public FileLayout layout() {
    return layout;
  }

  /** Takes over what Meta says, unless more is known here. */
  public void adopt(Inode attributes) {
    // Entries of directories come without segments, most answers without anything new.
    if (attributes.getLayout().getSegmentsCount() <= layout.segmentCount()) {
      return;
    }
    FileLayout newer = LayoutMessages.layoutOf(attributes);
    synchronized (this) {
      if (newer.endChunk() > layout.endChunk()) {
        layout = newer;
      }
    }
  }

  /**
   * A layout that covers what is going to be written; grows the file's layout when it has to.
   *
   * @throws PosixException ENOSPC when no chain has room, ESTALE when the file is gone, EIO when
   *     Meta does not answer
   */
  public FileLayout forWrite(long offsetBytes, int lengthBytes) {
    FileLayout known = layout;
    long endBytes = offsetBytes + lengthBytes;
    return endBytes <= known.endBytes() || lengthBytes == 0
        ? known
        : grown((endBytes - 1) / known.chunkSizeBytes());
  }

  /**
   * The layout to read with. Where it still does not cover the range, nobody has written.
   *
   * @throws PosixException ESTALE when the file is gone, EIO when Meta does not answer
   */
  public FileLayout forRead(long offsetBytes, int lengthBytes) {
    FileLayout known = layout;
    if (offsetBytes + lengthBytes <= known.endBytes()) {
      return known;
    }
    try {
      adopt(namespace.attributes(inode));
    } catch (PosixException failed) {
      throw ofOpenFile(failed);
    }
    return layout;
  }

  /** Threads that need the same, or less, wait for one question, and fail with it. */
  private FileLayout grown(long chunk) {
    Question question;
    boolean mine = false;
    synchronized (this) {
      if (chunk < layout.endChunk()) {
        return layout;
      }
      question = underWay;
      if (question == null || question.chunk < chunk) {
        question = new Question(chunk, new CompletableFuture<>());
        underWay = question;
        mine = true;
      }
    }
    if (mine) {
      ask(question);
    }
    try {
      return question.answer.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof PosixException refused) {
        throw refused;
      }
      throw failed;
    }
  }

  private void ask(Question question) {
    Throwable failure = null;
    try {
      adopt(namespace.growLayout(inode, question.chunk));
    } catch (PosixException refused) {
      failure = ofOpenFile(refused);
    } catch (RuntimeException | Error failed) {
      failure = failed;
    }
    synchronized (this) {
      if (question.equals(underWay)) {
        underWay = null;
      }
    }
    if (failure == null) {
      question.answer.complete(layout);
    } else {
      question.answer.completeExceptionally(failure);
    }
  }

  /** A file that is open is no name that could be missing. */
  private static PosixException ofOpenFile(PosixException failed) {
    return failed.errno() == Errno.ENOENT
        ? new PosixException(Errno.ESTALE, failed.getMessage())
        : failed;
  }
}
