package io.luciola.cluster.meta;

import com.google.protobuf.ByteString;
import io.luciola.blockstore.linux.Errno;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.kv.Transaction;
import io.luciola.cluster.meta.RecordCodec.Entry;
import io.luciola.cluster.meta.proto.Caller;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.InodeResponse;
import io.luciola.cluster.meta.proto.LinkRequest;
import io.luciola.cluster.meta.proto.MakeRequest;
import io.luciola.cluster.meta.proto.OpenResponse;
import io.luciola.cluster.meta.proto.SymlinkRequest;

/**
 * What adds a name. Conflicts on the parent's inode (it must not go or change) and on the name, not
 * on other names in the same directory.
 */
final class CreateOperations {

  private static final int MAX_LINKS = 65_000;
  private static final int MAX_SYMLINK_BYTES = 4095;

  private final InodeIdAllocator ids;
  private final LayoutOperations layouts;
  private final SessionOperations sessions;
  private final WallClock clock;

  CreateOperations(
      InodeIdAllocator ids, LayoutOperations layouts, SessionOperations sessions, WallClock clock) {
    this.ids = ids;
    this.layouts = layouts;
    this.sessions = sessions;
    this.clock = clock;
  }

  InodeResponse makeDirectory(Transaction tx, MakeRequest request) {
    InodeRecord parent = parentOfNewName(tx, request.getParent(), request.getName());
    InodeRecord directory =
        newInode(parent, FileType.DIRECTORY, request.getMode(), request.getCaller());
    directory.parent = parent.id;
    LayoutOperations.inherit(parent, directory);
    insert(tx, parent, request.getName(), directory);
    InodeTable.addSubdirectories(tx, parent.id, 1);
    return LookupOperations.response(tx, directory);
  }

  OpenResponse create(Transaction tx, MakeRequest request) {
    FileType type = request.getType();
    switch (type) {
      case REGULAR, FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE -> {}
      default -> throw new PosixException(Errno.EINVAL, "create cannot make a " + type);
    }
    Names.check(request.getName());
    InodeRecord parent = InodeTable.loadDirectory(tx, request.getParent());
    Entry existing = InodeTable.findEntry(tx, parent.id, request.getName());
    if (existing != null) {
      return openExisting(tx, request, existing);
    }
    InodeRecord inode = newInode(parent, type, request.getMode(), request.getCaller());
    if (inode.isRegular()) {
      layouts.begin(parent, inode);
    } else {
      inode.rdev = request.getRdev();
    }
    insert(tx, parent, request.getName(), inode);
    return opened(tx, request, inode, true);
  }

  private OpenResponse openExisting(Transaction tx, MakeRequest request, Entry existing) {
    if (request.getExclusive() || request.getType() != FileType.REGULAR) {
      throw exists(request.getParent(), request.getName());
    }
    switch (existing.type()) {
      case REGULAR -> {
        return opened(tx, request, InodeTable.load(tx, existing.inode()), false);
      }
      case DIRECTORY ->
          throw new PosixException(Errno.EISDIR, "inode " + existing.inode() + " is a directory");
      case SYMLINK ->
          throw new PosixException(
              Errno.ELOOP, "inode " + existing.inode() + " is a symbolic link");
      default -> throw exists(request.getParent(), request.getName());
    }
  }

  private OpenResponse opened(
      Transaction tx, MakeRequest request, InodeRecord inode, boolean created) {
    OpenResponse.Builder response = OpenResponse.newBuilder().setCreated(created);
    if (request.getOpenSession() && inode.isRegular()) {
      response.setSessionId(
          sessions.addSession(tx, inode.id, request.getCaller().getClientId(), true));
    }
    return response.setInode(InodeTable.toProto(tx, inode)).build();
  }

  InodeResponse makeSymlink(Transaction tx, SymlinkRequest request) {
    ByteString target = request.getTarget();
    if (target.isEmpty()) {
      throw new PosixException(Errno.ENOENT, "a symbolic link needs a target");
    }
    if (target.size() > MAX_SYMLINK_BYTES) {
      throw new PosixException(
          Errno.ENAMETOOLONG, "a link target of " + target.size() + " bytes; 4095 are allowed");
    }
    InodeRecord parent = parentOfNewName(tx, request.getParent(), request.getName());
    InodeRecord symlink = newInode(parent, FileType.SYMLINK, 0777, request.getCaller());
    symlink.symlinkTarget = target;
    insert(tx, parent, request.getName(), symlink);
    return LookupOperations.response(tx, symlink);
  }

  InodeResponse link(Transaction tx, LinkRequest request) {
    InodeRecord parent = parentOfNewName(tx, request.getNewParent(), request.getNewName());
    InodeRecord inode = InodeTable.load(tx, request.getInode());
    if (inode.isDirectory()) {
      throw new PosixException(Errno.EPERM, "directory " + inode.id + " cannot have another name");
    }
    if (inode.nlink == 0) {
      throw new PosixException(Errno.ENOENT, "inode " + inode.id + " has lost its last name");
    }
    if (inode.nlink >= MAX_LINKS) {
      throw new PosixException(
          Errno.EMLINK, "inode " + inode.id + " has " + inode.nlink + " names already");
    }
    long nowNs = clock.nowNs();
    inode.nlink++;
    inode.ctimeNs = nowNs;
    InodeTable.save(tx, inode);
    InodeTable.putEntry(tx, parent.id, request.getNewName(), new Entry(inode.id, inode.type));
    InodeTable.entriesChanged(tx, parent.id, nowNs);
    return LookupOperations.response(tx, inode);
  }

  private static InodeRecord parentOfNewName(Transaction tx, long parentId, ByteString name) {
    Names.check(name);
    InodeRecord parent = InodeTable.loadDirectory(tx, parentId);
    if (InodeTable.findEntry(tx, parentId, name) != null) {
      throw exists(parentId, name);
    }
    return parent;
  }

  private static PosixException exists(long parent, ByteString name) {
    return new PosixException(
        Errno.EEXIST, "'" + name.toStringUtf8() + "' is there already in directory " + parent);
  }

  private InodeRecord newInode(InodeRecord parent, FileType type, int mode, Caller caller) {
    InodeRecord inode = new InodeRecord(ids.next(), type);
    boolean inheritsGroup = (parent.mode & InodeRecord.SET_GROUP_ID) != 0;
    inode.mode = mode & InodeRecord.PERMISSIONS;
    if (inheritsGroup && type == FileType.DIRECTORY) {
      inode.mode |= InodeRecord.SET_GROUP_ID;
    }
    inode.uid = caller.getUid();
    inode.gid = inheritsGroup ? parent.gid : caller.getGid();
    long nowNs = clock.nowNs();
    inode.atimeNs = nowNs;
    inode.mtimeNs = nowNs;
    inode.ctimeNs = nowNs;
    return inode;
  }

  private static void insert(
      Transaction tx, InodeRecord parent, ByteString name, InodeRecord inode) {
    InodeTable.insert(tx, inode);
    InodeTable.putEntry(tx, parent.id, name, new Entry(inode.id, inode.type));
    InodeTable.entriesChanged(tx, parent.id, inode.ctimeNs);
  }
}
