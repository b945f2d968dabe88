package io.luciola.fuse.kernel;

import static io.luciola.blockstore.linux.Errno.EINVAL;
import static io.luciola.blockstore.linux.Errno.EIO;
import static io.luciola.blockstore.linux.Errno.ENOSYS;
import static io.luciola.blockstore.linux.Errno.ENOTTY;

import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.PosixException;
import io.luciola.fuse.MountOptions;
import io.luciola.fuse.vfs.FileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a request into its reply; never throws. Belongs to one thread. READ and WRITE allocate
 * nothing.
 */
final class RequestHandler {

  /** There is nothing to send back. */
  static final int NO_REPLY = 0;

  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

  private final NameRequests names;
  private final AttributeRequests attributes;
  private final FileRequests files;
  private final DirectoryRequests directories;
  private final KernelReferences references;

  RequestHandler(
      FileSystem fileSystem, DataPath path, MountOptions options, KernelReferences references) {
    names = new NameRequests(fileSystem, options, references);
    attributes = new AttributeRequests(fileSystem, path, options);
    files = new FileRequests(fileSystem, path, options, references);
    directories = new DirectoryRequests(fileSystem, options, references);
    this.references = references;
  }

  /** Serves a request; returns the reply's length, or {@link #NO_REPLY}. */
  int handle(Request request, Reply reply) {
    try {
      return dispatch(request, reply);
    } catch (PosixException failure) {
      return reply.failed(request.unique(), failure.errno());
    } catch (MalformedRequestException failure) {
      LOG.warn("the kernel sent a malformed request: {}", failure.getMessage());
      return reply.failed(request.unique(), EINVAL);
    } catch (RuntimeException | Error failure) {
      // Whatever it is, it must not take the mount away from everybody else.
      LOG.error("opcode {} on inode {} failed", request.opcode(), request.nodeId(), failure);
      return reply.failed(request.unique(), EIO);
    }
  }

  private int dispatch(Request request, Reply reply) {
    return switch (request.opcode()) {
      case Opcode.READ -> files.read(request, reply);
      case Opcode.WRITE -> files.write(request, reply);
      case Opcode.OPEN -> files.open(request, reply);
      case Opcode.CREATE -> files.create(request, reply);
      case Opcode.FLUSH -> files.flush(request, reply);
      case Opcode.FSYNC -> files.fsync(request, reply);
      case Opcode.RELEASE -> files.release(request, reply);
      case Opcode.LOOKUP -> names.lookup(request, reply);
      case Opcode.MKDIR -> names.makeDirectory(request, reply);
      case Opcode.MKNOD -> names.makeNode(request, reply);
      case Opcode.SYMLINK -> names.makeSymlink(request, reply);
      case Opcode.READLINK -> names.readSymlink(request, reply);
      case Opcode.LINK -> names.link(request, reply);
      case Opcode.UNLINK -> names.unlink(request, reply);
      case Opcode.RMDIR -> names.removeDirectory(request, reply);
      case Opcode.RENAME -> names.rename(request, reply);
      case Opcode.RENAME2 -> names.renameWithFlags(request, reply);
      case Opcode.GETATTR -> attributes.get(request, reply);
      case Opcode.SETATTR -> attributes.set(request, reply);
      case Opcode.STATFS -> attributes.statistics(request, reply);
      case Opcode.OPENDIR -> directories.open(request, reply);
      case Opcode.READDIR -> directories.read(request, reply);
      case Opcode.READDIRPLUS -> directories.readPlus(request, reply);
      case Opcode.RELEASEDIR -> directories.release(request, reply);
      // Changes of names are durable when they are answered.
      case Opcode.FSYNCDIR, Opcode.DESTROY -> reply.done(request.unique(), 0);
      case Opcode.FORGET -> forget(request);
      case Opcode.BATCH_FORGET -> forgetMany(request);
      // A request runs to its end or its deadline; being asked to hurry changes nothing.
      case Opcode.INTERRUPT -> NO_REPLY;
      case Opcode.IOCTL -> reply.failed(request.unique(), ENOTTY);
      default -> reply.failed(request.unique(), ENOSYS);
    };
  }

  private int forget(Request request) {
    if (request.bodyBytes() >= Long.BYTES) {
      references.forget(request.getLong(0));
    }
    return NO_REPLY;
  }

  private int forgetMany(Request request) {
    int entryBytes = 2 * Long.BYTES;
    int firstEntry = Long.BYTES;
    for (int at = firstEntry; at + entryBytes <= request.bodyBytes(); at += entryBytes) {
      references.forget(request.getLong(at + Long.BYTES));
    }
    return NO_REPLY;
  }
}
