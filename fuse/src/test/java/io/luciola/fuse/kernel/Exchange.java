package io.luciola.fuse.kernel;

import io.luciola.blockstore.linux.Memory;
import io.luciola.fuse.MountOptions;
import io.luciola.fuse.fake.MemoryChunks;
import io.luciola.fuse.fake.MemoryNamespace;
import io.luciola.fuse.vfs.FileSystem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.InstantSource;

/** Plays the kernel: puts requests together byte by byte and looks at the replies. */
final class Exchange implements AutoCloseable {

  private static final long UNIQUE = 0x1122_3344_5566_7788L;

  final MemoryNamespace namespace = new MemoryNamespace();
  final MemoryChunks chunks = new MemoryChunks();
  final FileSystem fileSystem =
      new FileSystem(namespace, chunks::openDataPath, InstantSource.system());
  final KernelReferences references = new KernelReferences();
  final Request request = new Request();
  final Reply reply = new Reply();
  final RequestHandler handler =
      new RequestHandler(
          fileSystem, chunks.openDataPath(), MountOptions.defaults("test"), references);

  static ByteBuffer body(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static byte[] body(ByteBuffer fixedPart, byte[] rest) {
    byte[] all = new byte[fixedPart.capacity() + rest.length];
    fixedPart.get(0, all, 0, fixedPart.capacity());
    System.arraycopy(rest, 0, all, fixedPart.capacity(), rest.length);
    return all;
  }

  /** Puts a request into the buffer. */
  void put(int opcode, long nodeId, byte[] body) {
    long address = request.address();
    Memory.fill(address, Request.HEADER_BYTES, (byte) 0);
    Memory.putInt(address, Request.HEADER_BYTES + body.length);
    Memory.putInt(address + 4, opcode);
    Memory.putLong(address + 8, UNIQUE);
    Memory.putLong(address + 16, nodeId);
    Memory.put(address + Request.HEADER_BYTES, body, 0, body.length);
    if (!request.received(Request.HEADER_BYTES + body.length)) {
      throw new AssertionError("the request's header is wrong");
    }
  }

  /** Sends a request; returns 0 or the negative errno of the reply, whose header is checked. */
  int send(int opcode, long nodeId, byte[] body) {
    put(opcode, nodeId, body);
    int length = handler.handle(request, reply);
    if (length == RequestHandler.NO_REPLY) {
      return 0;
    }
    if (Memory.getInt(reply.address()) != length
        || Memory.getLong(reply.address() + 8) != UNIQUE
        || length < Reply.HEADER_BYTES) {
      throw new AssertionError("the reply's header is wrong");
    }
    return reply.error();
  }

  /** Creates and opens a file; returns its handle, the inode stands at the reply's start. */
  long create(String name, int flags) {
    ByteBuffer in = body(FileStructs.CREATE_IN_BYTES).putInt(flags).putInt(0100644);
    int error = send(Opcode.CREATE, 1, body(in, cString(name)));
    if (error != 0) {
      throw new AssertionError("create: " + error);
    }
    return Memory.getLong(reply.body() + AttributeStructs.ENTRY_OUT_BYTES);
  }

  byte[] replyBody() {
    byte[] bytes = new byte[Memory.getInt(reply.address()) - Reply.HEADER_BYTES];
    Memory.get(reply.body(), bytes, 0, bytes.length);
    return bytes;
  }

  static byte[] cString(String text) {
    return (text + "\0").getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  static byte[] read(long handle, long offset, int size) {
    return body(FileStructs.READ_IN_BYTES).putLong(handle).putLong(offset).putInt(size).array();
  }

  static byte[] write(long handle, long offset, byte[] data, int flags) {
    ByteBuffer in =
        body(FileStructs.WRITE_IN_BYTES)
            .putLong(handle)
            .putLong(offset)
            .putInt(data.length)
            .putInt(0)
            .putLong(0)
            .putInt(flags);
    return body(in, data);
  }

  @Override
  public void close() {
    request.close();
    reply.close();
  }
}
