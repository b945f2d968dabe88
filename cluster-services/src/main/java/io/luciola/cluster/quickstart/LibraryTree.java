package io.luciola.cluster.quickstart;

import com.google.protobuf.ByteString;
import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.KnownLayout;
import io.luciola.cluster.client.LayoutMessages;
import io.luciola.cluster.client.LuciolaClient;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.meta.proto.Caller;
import io.luciola.cluster.meta.proto.DirectoryEntry;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.meta.proto.OpenResponse;
import io.luciola.cluster.meta.proto.SetAttributesRequest;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A tree in Luciola, reached through the client library: what quickstart shows where nothing can be
 * mounted.
 */
final class LibraryTree implements Tree, AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 20;
  private static final int PAGE_OF_ENTRIES = 1000;

  private final Namespace namespace;
  private final DataPath data;
  private final Caller caller;
  private final Inode top;
  private final long buffer = Memory.allocate(BUFFER_BYTES);
  private final byte[] bytes = new byte[BUFFER_BYTES];
  private final Map<Path, Inode> inodes = new HashMap<>();

  private LibraryTree(Namespace namespace, DataPath data, Caller caller, Inode top) {
    this.namespace = namespace;
    this.data = data;
    this.caller = caller;
    this.top = top;
  }

  /** A new directory of the root to copy into. */
  static LibraryTree create(LuciolaClient client, String name) {
    Caller caller = client.namespace().caller(0, 0);
    Inode top =
        client
            .namespace()
            .makeDirectory(caller, Namespace.ROOT_INODE, ByteString.copyFromUtf8(name), 0755);
    return new LibraryTree(client.namespace(), client.openDataPath(), caller, top);
  }

  /** A directory of the root that is there. */
  static LibraryTree open(LuciolaClient client, String name) {
    Inode top = client.namespace().lookup(Namespace.ROOT_INODE, ByteString.copyFromUtf8(name));
    return new LibraryTree(
        client.namespace(), client.openDataPath(), client.namespace().caller(0, 0), top);
  }

  /** Copies one entry of a tree of this machine here; parents come before children. */
  void copyIn(LocalTree source, Path entry) throws IOException {
    Path from = source.root().resolve(entry);
    long parent = entry.getParent() == null ? top.getId() : inodes.get(entry.getParent()).getId();
    ByteString name = ByteString.copyFromUtf8(entry.getFileName().toString());
    if (Files.isSymbolicLink(from)) {
      ByteString target = ByteString.copyFromUtf8(Files.readSymbolicLink(from).toString());
      inodes.put(entry, namespace.makeSymlink(caller, parent, name, target));
    } else if (Files.isDirectory(from)) {
      int mode = LocalTree.mode(from);
      inodes.put(entry, withMode(namespace.makeDirectory(caller, parent, name, mode), mode));
    } else {
      inodes.put(entry, copyFile(from, parent, name));
    }
  }

  private Inode copyFile(Path from, long parent, ByteString name) throws IOException {
    int mode = LocalTree.mode(from);
    OpenResponse open = namespace.create(caller, parent, name, mode, true);
    Inode inode = open.getInode();
    KnownLayout layout = new KnownLayout(namespace, inode);
    long offset = 0;
    try (InputStream in = Files.newInputStream(from)) {
      for (int n = in.readNBytes(bytes, 0, BUFFER_BYTES);
          n > 0;
          n = in.readNBytes(bytes, 0, BUFFER_BYTES)) {
        MemorySegment.copy(bytes, 0, Memory.ALL, ValueLayout.JAVA_BYTE, buffer, n);
        check(data.writeNow(layout.forWrite(offset, n), inode.getId(), offset, n, buffer), from);
        offset += n;
      }
    }
    long mtimeNs = Files.getLastModifiedTime(from).to(java.util.concurrent.TimeUnit.NANOSECONDS);
    namespace.close(
        caller,
        inode.getId(),
        open.getSessionId(),
        OptionalLong.of(offset),
        inode.getTruncateVersion(),
        mtimeNs);
    return withMode(inode, mode);
  }

  private Inode withMode(Inode inode, int mode) {
    return inode.getMode() == mode
        ? inode
        : namespace.setAttributes(
            SetAttributesRequest.newBuilder()
                .setCaller(caller)
                .setInode(inode.getId())
                .setMode(mode)
                .build());
  }

  @Override
  public List<Path> entries() {
    inodes.clear();
    list(top.getId(), Path.of(""));
    List<Path> entries = new ArrayList<>(inodes.keySet());
    entries.sort(null);
    return entries;
  }

  private void list(long directory, Path path) {
    ByteString after = ByteString.EMPTY;
    boolean more = true;
    while (more) {
      Namespace.DirectoryPage page =
          namespace.readDirectory(directory, after, PAGE_OF_ENTRIES, true);
      for (DirectoryEntry entry : page.entries()) {
        Path child = path.resolve(entry.getName().toStringUtf8());
        inodes.put(child, entry.getInode());
        if (entry.getInode().getType() == FileType.DIRECTORY) {
          list(entry.getInode().getId(), child);
        }
        after = entry.getName();
      }
      more = page.more();
    }
  }

  @Override
  public void feed(Path entry, TreeDigest digest) throws IOException {
    Inode inode = inodes.get(entry);
    switch (inode.getType()) {
      case DIRECTORY -> digest.entry(entry.toString(), 'd', inode.getMode(), 0);
      case SYMLINK -> {
        byte[] target = namespace.readSymlink(inode.getId()).toByteArray();
        digest.entry(entry.toString(), 'l', 0, target.length);
        digest.content(target, 0, target.length);
      }
      default -> feedFile(entry, inode, digest);
    }
  }

  private void feedFile(Path entry, Inode inode, TreeDigest digest) throws IOException {
    digest.entry(entry.toString(), 'f', inode.getMode(), inode.getLengthBytes());
    // What a directory says of its entries has no segments.
    FileLayout layout = LayoutMessages.layoutOf(namespace.attributes(inode.getId()));
    for (long offset = 0; offset < inode.getLengthBytes(); offset += BUFFER_BYTES) {
      int n = (int) Math.min(BUFFER_BYTES, inode.getLengthBytes() - offset);
      check(data.readNow(layout, inode.getId(), offset, n, buffer), entry);
      MemorySegment.copy(Memory.ALL, ValueLayout.JAVA_BYTE, buffer, bytes, 0, n);
      digest.content(bytes, 0, n);
    }
  }

  private static void check(int result, Path path) throws IOException {
    if (result < 0) {
      throw new IOException(path + ": " + Errno.describe(-result));
    }
  }

  @Override
  public void close() {
    data.close();
    Memory.free(buffer, BUFFER_BYTES);
  }
}
