package io.luciola.fuse.fake;

import static io.luciola.blockstore.linux.Errno.EEXIST;
import static io.luciola.blockstore.linux.Errno.EINVAL;
import static io.luciola.blockstore.linux.Errno.EIO;
import static io.luciola.blockstore.linux.Errno.EISDIR;
import static io.luciola.blockstore.linux.Errno.ENOENT;
import static io.luciola.blockstore.linux.Errno.ENOSPC;
import static io.luciola.blockstore.linux.Errno.ENOTDIR;
import static io.luciola.blockstore.linux.Errno.ENOTEMPTY;
import static io.luciola.blockstore.linux.Errno.EPERM;

import com.google.protobuf.ByteString;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.meta.proto.Caller;
import io.luciola.cluster.meta.proto.DirectoryEntry;
import io.luciola.cluster.meta.proto.DirectoryLayout;
import io.luciola.cluster.meta.proto.FileSystemStatsResponse;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.meta.proto.Layout;
import io.luciola.cluster.meta.proto.LayoutSegment;
import io.luciola.cluster.meta.proto.OpenResponse;
import io.luciola.cluster.meta.proto.SetAttributesRequest;
import io.luciola.cluster.meta.proto.Written;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A tree in memory under one lock. */
@SuppressWarnings("NullAway")
public final class MemoryNamespace implements Namespace {

  static final int CHUNK_SIZE_BYTES = 64 << 10;

  private static final int RENAME_NOREPLACE = 1;
  private static final int RENAME_EXCHANGE = 2;

  private final Map<Long, Node> nodes = new HashMap<>();
  private final Map<Long, Node> sessions = new HashMap<>();
  private long nextInode = ROOT_INODE;
  private long nextSession = 1;
  private boolean down;
  private int lengthsRecorded;
  private int layoutsGrown;
  private long fullFromChunk = Long.MAX_VALUE;

  /** With an empty root that everybody may write. */
  public MemoryNamespace() {
    Node root = newNode(caller(0, 0), FileType.DIRECTORY, 0755);
    root.parent = root;
  }

  /** Makes every call fail with EIO, or work again. */
  public synchronized void setDown(boolean value) {
    down = value;
  }

  /** Sessions that are open. */
  public synchronized int openSessions() {
    return sessions.size();
  }

  /** How often a length came in through syncLength or close. */
  public synchronized int lengthsRecorded() {
    return lengthsRecorded;
  }

  /** How often a layout had to become longer. */
  public synchronized int layoutsGrown() {
    return layoutsGrown;
  }

  /** From which chunk of a file on there is no room. */
  public synchronized void setFullFromChunk(long chunk) {
    fullFromChunk = chunk;
  }

  @Override
  public synchronized Inode growLayout(long inode, long chunkIndex) {
    Node node = node(inode);
    Layout.Builder layout = node.attributes.getLayoutBuilder();
    long covered = layout.getSegmentsList().stream().mapToLong(LayoutSegment::getChunkCount).sum();
    if (chunkIndex < covered) {
      return node.attributes.build();
    }
    if (chunkIndex >= fullFromChunk) {
      throw failure(ENOSPC, inode);
    }
    layoutsGrown++;
    layout.addSegments(
        LayoutSegment.newBuilder()
            .setChunkCount(chunkIndex + 1 - covered)
            .addChainIds(1)
            .addChainIds(2));
    return node.attributes.build();
  }

  @Override
  public DirectoryLayout directoryLayout(long inode) {
    throw new UnsupportedOperationException("a mount does not ask for it");
  }

  @Override
  public DirectoryLayout setDirectoryLayout(
      Caller caller, long inode, OptionalInt chunkSizeBytes, OptionalInt stripe) {
    throw new UnsupportedOperationException("a mount does not set it");
  }

  @Override
  public Caller caller(int uid, int gid) {
    return Caller.newBuilder().setUid(uid).setGid(gid).setClientId(1).build();
  }

  @Override
  public synchronized Inode attributes(long inode) {
    return node(inode).attributes.build();
  }

  @Override
  public synchronized Inode lookup(long parent, ByteString name) {
    return child(parent, name).attributes.build();
  }

  @Override
  public synchronized Inode makeDirectory(Caller caller, long parent, ByteString name, int mode) {
    Node directory = freeName(parent, name);
    Node made = add(directory, name, newNode(caller, FileType.DIRECTORY, mode));
    directory.linked(1, nowNs());
    return made.attributes.build();
  }

  @Override
  public synchronized OpenResponse create(
      Caller caller, long parent, ByteString name, int mode, boolean exclusive) {
    Node present = directory(parent).children.get(name);
    if (present != null && exclusive) {
      throw failure(EEXIST, name);
    }
    if (present != null) {
      return open(caller, present.id(), true);
    }
    Node made = add(directory(parent), name, newNode(caller, FileType.REGULAR, mode));
    return open(caller, made.id(), true).toBuilder().setCreated(true).build();
  }

  @Override
  public synchronized Inode makeNode(
      Caller caller, long parent, ByteString name, FileType type, int mode, int rdev) {
    Node made = add(freeName(parent, name), name, newNode(caller, type, mode));
    made.attributes.setRdev(rdev);
    return made.attributes.build();
  }

  @Override
  public synchronized Inode makeSymlink(
      Caller caller, long parent, ByteString name, ByteString target) {
    Node made = add(freeName(parent, name), name, newNode(caller, FileType.SYMLINK, 0777));
    made.target = target;
    made.attributes.setLengthBytes(target.size());
    return made.attributes.build();
  }

  @Override
  public synchronized ByteString readSymlink(long inode) {
    ByteString target = node(inode).target;
    if (target == null) {
      throw failure(EINVAL, inode);
    }
    return target;
  }

  @Override
  public synchronized Inode link(Caller caller, long inode, long newParent, ByteString newName) {
    Node node = node(inode);
    if (node.isDirectory()) {
      throw failure(EPERM, inode);
    }
    Node directory = freeName(newParent, newName);
    directory.children.put(newName, node);
    directory.touched(nowNs());
    node.linked(1, nowNs());
    return node.attributes.build();
  }

  @Override
  public synchronized void unlink(Caller caller, long parent, ByteString name) {
    Node node = child(parent, name);
    if (node.isDirectory()) {
      throw failure(EISDIR, name);
    }
    remove(directory(parent), name);
  }

  @Override
  public synchronized void removeDirectory(Caller caller, long parent, ByteString name) {
    Node node = child(parent, name);
    if (!node.isDirectory()) {
      throw failure(ENOTDIR, name);
    }
    if (!node.children.isEmpty()) {
      throw failure(ENOTEMPTY, name);
    }
    remove(directory(parent), name);
  }

  @Override
  public synchronized void rename(
      Caller caller, long parent, ByteString name, long newParent, ByteString newName, int flags) {
    Node from = directory(parent);
    Node to = directory(newParent);
    Node moved = child(parent, name);
    Node replaced = to.children.get(newName);
    if (moved.isDirectory() && moved.contains(to)) {
      throw failure(EINVAL, name);
    }
    if (flags == RENAME_EXCHANGE) {
      if (replaced == null) {
        throw failure(ENOENT, newName);
      }
      put(to, newName, moved);
      put(from, name, replaced);
      return;
    }
    if (replaced == moved) {
      return;
    }
    if (replaced != null) {
      refuseReplacing(moved, replaced, newName, flags);
      remove(to, newName);
    }
    from.children.remove(name);
    if (moved.isDirectory()) {
      from.linked(-1, nowNs());
      to.linked(1, nowNs());
    }
    from.touched(nowNs());
    put(to, newName, moved);
  }

  private static void refuseReplacing(Node moved, Node replaced, ByteString newName, int flags) {
    if (flags == RENAME_NOREPLACE) {
      throw failure(EEXIST, newName);
    }
    if (replaced.isDirectory() && !moved.isDirectory()) {
      throw failure(EISDIR, newName);
    }
    if (!replaced.isDirectory() && moved.isDirectory()) {
      throw failure(ENOTDIR, newName);
    }
    if (!replaced.children.isEmpty()) {
      throw failure(ENOTEMPTY, newName);
    }
  }

  @Override
  public synchronized Inode setAttributes(SetAttributesRequest request) {
    Node node = node(request.getInode());
    Inode.Builder attributes = node.attributes;
    if (request.hasWritten()) {
      Written written = request.getWritten();
      record(node, written.getLengthBytes(), written.getTruncateVersion(), written.getMtimeNs());
    }
    if (request.hasMode()) {
      attributes.setMode(request.getMode());
    }
    if (request.hasUid()) {
      attributes.setUid(request.getUid());
    }
    if (request.hasGid()) {
      attributes.setGid(request.getGid());
    }
    if (request.hasLengthBytes()) {
      if (request.getLengthBytes() < attributes.getLengthBytes()) {
        attributes.setTruncateVersion(attributes.getTruncateVersion() + 1);
      }
      attributes.setLengthBytes(request.getLengthBytes());
    }
    if (request.hasAtimeNs() || request.getAtimeNow()) {
      attributes.setAtimeNs(request.getAtimeNow() ? nowNs() : request.getAtimeNs());
    }
    if (request.hasMtimeNs() || request.getMtimeNow()) {
      attributes.setMtimeNs(request.getMtimeNow() ? nowNs() : request.getMtimeNs());
    }
    return attributes.setCtimeNs(nowNs()).build();
  }

  @Override
  public synchronized OpenResponse open(Caller caller, long inode, boolean write) {
    Node node = node(inode);
    if (node.isDirectory()) {
      throw failure(EISDIR, inode);
    }
    node.sessions++;
    long session = nextSession++;
    sessions.put(session, node);
    return OpenResponse.newBuilder().setInode(node.attributes).setSessionId(session).build();
  }

  @Override
  public synchronized void close(
      Caller caller,
      long inode,
      long sessionId,
      OptionalLong lengthBytes,
      int truncateVersion,
      long mtimeNs) {
    Node node = node(inode);
    if (sessions.remove(sessionId) != node) {
      throw failure(EINVAL, "session " + sessionId);
    }
    if (lengthBytes.isPresent()) {
      record(node, lengthBytes.getAsLong(), truncateVersion, mtimeNs);
    }
    node.sessions--;
    forgetIfUnused(node);
  }

  @Override
  public synchronized Inode syncLength(
      Caller caller, long inode, long lengthBytes, int truncateVersion, long mtimeNs) {
    Node node = node(inode);
    record(node, lengthBytes, truncateVersion, mtimeNs);
    return withoutSegments(node);
  }

  private void record(Node node, long lengthBytes, int truncateVersion, long mtimeNs) {
    lengthsRecorded++;
    if (truncateVersion == node.attributes.getTruncateVersion()) {
      node.attributes.setLengthBytes(Math.max(lengthBytes, node.attributes.getLengthBytes()));
    }
    node.attributes.setMtimeNs(mtimeNs).setCtimeNs(nowNs());
  }

  @Override
  public synchronized DirectoryPage readDirectory(
      long inode, ByteString after, int limit, boolean withAttributes) {
    Node directory = directory(inode);
    List<DirectoryEntry> entries = new ArrayList<>();
    var rest = after.isEmpty() ? directory.children : directory.children.tailMap(after, false);
    for (var entry : rest.entrySet()) {
      if (entries.size() == limit) {
        return new DirectoryPage(entries, true, directory.parent.id());
      }
      Node node = entry.getValue();
      Inode attributes =
          withAttributes
              ? withoutSegments(node)
              : Inode.newBuilder().setId(node.id()).setType(node.type()).build();
      entries.add(DirectoryEntry.newBuilder().setName(entry.getKey()).setInode(attributes).build());
    }
    return new DirectoryPage(entries, false, directory.parent.id());
  }

  /** As Meta has it in pages of directories. */
  private static Inode withoutSegments(Node node) {
    Inode.Builder attributes = node.attributes.build().toBuilder();
    if (attributes.hasLayout()) {
      attributes.getLayoutBuilder().clearSegments();
    }
    return attributes.build();
  }

  @Override
  public synchronized FileSystemStatsResponse statistics() {
    return FileSystemStatsResponse.newBuilder()
        .setTotalBytes(1L << 40)
        .setFreeBytes(1L << 39)
        .setInodes(nodes.size())
        .build();
  }

  @Override
  public void close() {}

  private Node newNode(Caller caller, FileType type, int mode) {
    Node node = new Node(nextInode++, type, mode, caller.getUid(), caller.getGid(), nowNs());
    nodes.put(node.id(), node);
    return node;
  }

  private Node node(long inode) {
    if (down) {
      throw failure(EIO, "Meta is down");
    }
    Node node = nodes.get(inode);
    if (node == null) {
      throw failure(ENOENT, inode);
    }
    return node;
  }

  private Node directory(long inode) {
    Node node = node(inode);
    if (!node.isDirectory()) {
      throw failure(ENOTDIR, inode);
    }
    return node;
  }

  private Node child(long parent, ByteString name) {
    @Nullable Node node = directory(parent).children.get(name);
    if (node == null) {
      throw failure(ENOENT, name);
    }
    return node;
  }

  private Node freeName(long parent, ByteString name) {
    Node directory = directory(parent);
    if (directory.children.containsKey(name)) {
      throw failure(EEXIST, name);
    }
    return directory;
  }

  private Node add(Node directory, ByteString name, Node node) {
    directory.touched(nowNs());
    put(directory, name, node);
    return node;
  }

  private static void put(Node directory, ByteString name, Node node) {
    directory.children.put(name, node);
    directory.touched(nowNs());
    if (node.isDirectory()) {
      node.parent = directory;
    }
  }

  private void remove(Node directory, ByteString name) {
    Node node = directory.children.remove(name);
    directory.touched(nowNs());
    if (node.isDirectory()) {
      directory.linked(-1, nowNs());
      node.linked(-2, nowNs());
    } else {
      node.linked(-1, nowNs());
    }
    forgetIfUnused(node);
  }

  private void forgetIfUnused(Node node) {
    if (node.attributes.getNlink() == 0 && node.sessions == 0) {
      nodes.remove(node.id());
    }
  }

  private static long nowNs() {
    return System.currentTimeMillis() * 1_000_000;
  }

  private static PosixException failure(int errno, Object what) {
    return new PosixException(errno, String.valueOf(what));
  }
}
