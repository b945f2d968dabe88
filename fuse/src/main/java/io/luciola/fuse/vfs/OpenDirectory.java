package io.luciola.fuse.vfs;

import static io.luciola.blockstore.linux.Errno.EINVAL;

import com.google.protobuf.ByteString;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.client.Namespace.DirectoryPage;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.meta.proto.DirectoryEntry;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.Inode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * An open directory. An offset stands for a name, so that reading goes on behind that name whatever
 * was added or removed meanwhile, and telldir/seekdir work as long as the directory stays open;
 * this costs memory for each name handed out. Entries are fetched for each request and not kept:
 * the kernel would take old attributes for new ones.
 */
final class OpenDirectory {

  private static final ByteString DOT = ByteString.copyFromUtf8(".");
  private static final ByteString DOT_DOT = ByteString.copyFromUtf8("..");
  private static final long AFTER_DOT = 1;
  private static final long AFTER_DOT_DOT = 2;
  private static final long FIRST_NAME_OFFSET = 3;

  private final long inode;
  private final Map<ByteString, Long> offsets = new HashMap<>();
  private final List<ByteString> names = new ArrayList<>();

  OpenDirectory(long inode) {
    this.inode = inode;
  }

  /**
   * Hands entries to the sink until it refuses, the directory ends, or a page is through.
   *
   * @param offset 0 or what an entry came with
   * @param limit most entries to fetch
   * @param view what to make of fetched attributes
   */
  synchronized void read(
      Namespace namespace,
      long offset,
      int limit,
      boolean withAttributes,
      UnaryOperator<Inode> view,
      DirectorySink sink) {
    DirectoryPage page = namespace.readDirectory(inode, nameAt(offset), limit, withAttributes);
    if (offset == 0 && !sink.accept(DOT, directory(inode), AFTER_DOT)) {
      return;
    }
    if (offset <= AFTER_DOT && !sink.accept(DOT_DOT, directory(page.parent()), AFTER_DOT_DOT)) {
      return;
    }
    for (DirectoryEntry entry : page.entries()) {
      Inode attributes = withAttributes ? view.apply(entry.getInode()) : entry.getInode();
      if (!sink.accept(entry.getName(), attributes, offsetOf(entry.getName()))) {
        return;
      }
    }
  }

  private ByteString nameAt(long offset) {
    if (offset >= 0 && offset <= AFTER_DOT_DOT) {
      return ByteString.EMPTY;
    }
    if (offset < 0 || offset >= names.size() + FIRST_NAME_OFFSET) {
      throw new PosixException(
          EINVAL, "offset " + offset + " was never given out for directory " + inode);
    }
    return names.get((int) (offset - FIRST_NAME_OFFSET));
  }

  private long offsetOf(ByteString name) {
    return offsets.computeIfAbsent(
        name,
        added -> {
          names.add(added);
          return names.size() - 1 + FIRST_NAME_OFFSET;
        });
  }

  private static Inode directory(long inode) {
    return Inode.newBuilder().setId(inode).setType(FileType.DIRECTORY).build();
  }
}
