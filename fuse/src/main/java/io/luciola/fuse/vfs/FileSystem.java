package io.luciola.fuse.vfs;

import static io.luciola.blockstore.linux.Errno.EBADF;
import static io.luciola.blockstore.linux.Errno.EINVAL;
import static io.luciola.blockstore.linux.Errno.ENAMETOOLONG;
import static io.luciola.blockstore.linux.Errno.ENOENT;

import com.google.protobuf.ByteString;
import io.luciola.blockstore.linux.Linux;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.meta.proto.Caller;
import io.luciola.cluster.meta.proto.FileSystemStatsResponse;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.meta.proto.OpenResponse;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operations of a mounted file system, for any driver and any number of threads. Inodes are
 * named by number, open files and directories by handles, names are bytes.
 *
 * <p>Operations on names and attributes throw {@link PosixException}; {@link #read} and {@link
 * #write} return a negative errno instead, and allocate nothing unless they have to ask Meta where
 * chunks are. Permissions are the driver's business (the kernel checks them under {@code
 * default_permissions}). Operations that move or cut data take the calling thread's {@link
 * DataPath}.
 */
public final class FileSystem implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FileSystem.class);

  private static final int MAX_NAME_BYTES = 255;
  private static final int MAX_SYMLINK_BYTES = 4095;

  private final Namespace namespace;
  private final Supplier<DataPath> dataPaths;
  private final InstantSource clock;
  private final InodeTable inodes;
  private final HandleTable<OpenFile> files = new HandleTable<>();
  private final HandleTable<OpenDirectory> directories = new HandleTable<>();
  private final CacheHistory cacheHistory = new CacheHistory();

  /**
   * Over a connected cluster.
   *
   * @param dataPaths opens a data path for the calling thread
   * @param clock gives written files their modification time
   */
  public FileSystem(Namespace namespace, Supplier<DataPath> dataPaths, InstantSource clock) {
    this.namespace = namespace;
    this.inodes = new InodeTable(namespace);
    this.dataPaths = dataPaths;
    this.clock = clock;
  }

  /** A data path for the calling thread, which closes it. */
  public DataPath openDataPath() {
    return dataPaths.get();
  }

  // Names.

  /** The inode behind a name. */
  public Inode lookup(long parent, ByteString name) {
    return inodes.overlay(namespace.lookup(parent, checked(name)));
  }

  /** Makes a directory. */
  public Inode makeDirectory(Credentials who, long parent, ByteString name, int mode) {
    return namespace.makeDirectory(caller(who), parent, checked(name), mode);
  }

  /** Makes an unopened regular file, fifo, socket or device node. */
  public Inode makeNode(
      Credentials who, long parent, ByteString name, FileType type, int mode, int rdev) {
    return namespace.makeNode(caller(who), parent, checked(name), type, mode, rdev);
  }

  /** Makes a symbolic link. */
  public Inode makeSymlink(Credentials who, long parent, ByteString name, ByteString target) {
    if (target.isEmpty()) {
      throw new PosixException(ENOENT, "a symbolic link needs a target");
    }
    if (target.size() > MAX_SYMLINK_BYTES) {
      throw new PosixException(ENAMETOOLONG, "symbolic link target of " + target.size() + " bytes");
    }
    return namespace.makeSymlink(caller(who), parent, checked(name), target);
  }

  /** Where a symbolic link points. */
  public ByteString readSymlink(long inode) {
    return namespace.readSymlink(inode);
  }

  /** Adds a name to an inode that is not a directory. */
  public Inode link(Credentials who, long inode, long newParent, ByteString newName) {
    return inodes.overlay(namespace.link(caller(who), inode, newParent, checked(newName)));
  }

  /** Removes a name of something that is not a directory; open handles stay good. */
  public void unlink(Credentials who, long parent, ByteString name) {
    namespace.unlink(caller(who), parent, checked(name));
  }

  /** Removes an empty directory. */
  public void removeDirectory(Credentials who, long parent, ByteString name) {
    namespace.removeDirectory(caller(who), parent, checked(name));
  }

  /** Renames; flags as rename2(2). */
  public void rename(
      Credentials who,
      long parent,
      ByteString name,
      long newParent,
      ByteString newName,
      int flags) {
    namespace.rename(caller(who), parent, checked(name), newParent, checked(newName), flags);
  }

  // Attributes.

  /** Attributes, with what was written here and not told to Meta yet. */
  public Inode attributes(long inode) {
    return inodes.overlay(namespace.attributes(inode));
  }

  /** Changes attributes; a shorter length cuts the file's chunks first. */
  public Inode setAttributes(DataPath path, Credentials who, long inode, AttributeChange change) {
    return new AttributeUpdate(namespace, inodes, caller(who), inode, change).apply(path);
  }

  /** Space and number of inodes. */
  public FileSystemStatsResponse statistics() {
    return namespace.statistics();
  }

  // Files.

  /**
   * Opens a regular file; it stays readable and writable when its last name goes.
   *
   * @param flags of open(2): the access mode matters, O_TRUNC is setAttributes' business
   */
  public OpenedFile open(Credentials who, long inode, int flags) {
    Caller caller = caller(who);
    boolean write = (flags & (Linux.O_WRONLY | Linux.O_RDWR)) != 0;
    return opened(caller, namespace.open(caller, inode, write));
  }

  /**
   * Creates a regular file and opens it for writing.
   *
   * @param flags of open(2): without O_EXCL an existing file is opened, with O_TRUNC emptied
   */
  public OpenedFile create(
      DataPath path, Credentials who, long parent, ByteString name, int mode, int flags) {
    Caller caller = caller(who);
    boolean exclusive = (flags & Linux.O_EXCL) != 0;
    OpenResponse response = namespace.create(caller, parent, checked(name), mode, exclusive);
    OpenedFile opened = opened(caller, response);
    if (response.getCreated() || (flags & Linux.O_TRUNC) == 0) {
      return opened;
    }
    try {
      long inode = response.getInode().getId();
      Inode emptied = setAttributes(path, who, inode, AttributeChange.truncateTo(0));
      return new OpenedFile(opened.handle(), emptied, false);
    } catch (RuntimeException failure) {
      release(opened.handle());
      throw failure;
    }
  }

  private OpenedFile opened(Caller caller, OpenResponse response) {
    InodeState state = inodes.acquire(response.getInode());
    long handle;
    try {
      handle = files.add(new OpenFile(state, caller, response.getSessionId(), clock));
    } catch (PosixException full) {
      inodes.release(state);
      namespace.close(caller, state.inode(), response.getSessionId(), OptionalLong.empty(), 0, 0);
      throw full;
    }
    Inode attributes = state.overlay(response.getInode());
    return new OpenedFile(handle, attributes, cacheHistory.unchangedSinceLastOpen(attributes));
  }

  /**
   * Reads from an open file straight into memory.
   *
   * @return bytes read, fewer than asked for only at the end of the file, or a negative errno
   */
  public int read(DataPath path, long handle, long offsetBytes, int lengthBytes, long address) {
    OpenFile file = files.get(handle);
    return file == null ? -EBADF : file.read(path, offsetBytes, lengthBytes, address);
  }

  /**
   * Writes to an open file straight from memory; what was written is durable.
   *
   * @param append whether to write at the end of the file, if that is beyond the offset
   * @return bytes written, or a negative errno
   */
  public int write(
      DataPath path, long handle, long offsetBytes, int lengthBytes, long address, boolean append) {
    OpenFile file = files.get(handle);
    return file == null ? -EBADF : file.write(path, offsetBytes, lengthBytes, address, append);
  }

  /** Returns when everything that was written to the file, and its length, is durable. */
  public void sync(long handle) {
    OpenFile file = openFile(handle);
    file.state().push(namespace, file.opener());
  }

  /**
   * Ends an open file. Its last writes' length goes to Meta with it; when that fails, the handle is
   * gone all the same and the failure is thrown.
   */
  public void release(long handle) {
    OpenFile file = files.remove(handle);
    if (file == null) {
      throw new PosixException(EBADF, "file handle " + handle + " is not open");
    }
    InodeState state = file.state();
    state.metadata().lock();
    try {
      InodeState.Progress progress = state.progress();
      OptionalLong length =
          progress.unknownToMeta() ? OptionalLong.of(progress.lengthBytes()) : OptionalLong.empty();
      namespace.close(
          file.opener(),
          state.inode(),
          file.sessionId(),
          length,
          progress.truncateVersion(),
          progress.mtimeNs());
      state.pushed(progress);
    } finally {
      state.metadata().unlock();
      inodes.release(state);
    }
  }

  /**
   * Tells Meta of all writes it has not heard of; failures are logged and tried again next time.
   */
  public void pushWrittenLengths() {
    for (InodeState state : inodes.open()) {
      try {
        state.push(namespace, namespace.caller(0, 0));
      } catch (RuntimeException failure) {
        LOG.warn("length of inode {} not recorded yet: {}", state.inode(), failure.toString());
      }
    }
  }

  // Directories.

  /** Opens a directory for reading. */
  public long openDirectory(long inode) {
    return directories.add(new OpenDirectory(inode));
  }

  /**
   * Hands entries of an open directory to a sink.
   *
   * @param offset 0, or the {@code nextOffset} of an entry handed out before; EINVAL for others
   * @param limit most entries worth fetching for this call
   */
  public void readDirectory(
      long handle, long offset, int limit, boolean withAttributes, DirectorySink sink) {
    OpenDirectory directory = directories.get(handle);
    if (directory == null) {
      throw new PosixException(EBADF, "directory handle " + handle + " is not open");
    }
    directory.read(namespace, offset, limit, withAttributes, inodes::overlay, sink);
  }

  /** Ends an open directory. */
  public void releaseDirectory(long handle) {
    if (directories.remove(handle) == null) {
      throw new PosixException(EBADF, "directory handle " + handle + " is not open");
    }
  }

  /** Ends all that is still open, recording lengths; does not close the name space. */
  @Override
  public void close() {
    for (long handle : files.handles()) {
      try {
        release(handle);
      } catch (RuntimeException failure) {
        LOG.error("an open file was not closed cleanly: {}", failure.toString());
      }
    }
    directories.handles().forEach(directories::remove);
  }

  private OpenFile openFile(long handle) {
    OpenFile file = files.get(handle);
    if (file == null) {
      throw new PosixException(EBADF, "file handle " + handle + " is not open");
    }
    return file;
  }

  private Caller caller(Credentials who) {
    return namespace.caller(who.uid(), who.gid());
  }

  private static ByteString checked(ByteString name) {
    if (name.size() > MAX_NAME_BYTES) {
      throw new PosixException(ENAMETOOLONG, "a name of " + name.size() + " bytes");
    }
    if (name.isEmpty()) {
      throw new PosixException(EINVAL, "an empty name");
    }
    return name;
  }
}
