package io.luciola.fuse.kernel;

import static io.luciola.blockstore.linux.Errno.EBADF;
import static io.luciola.blockstore.linux.Errno.EINVAL;
import static io.luciola.blockstore.linux.Errno.EIO;
import static io.luciola.blockstore.linux.Errno.ENAMETOOLONG;
import static io.luciola.blockstore.linux.Errno.ENOENT;
import static io.luciola.blockstore.linux.Errno.ENOSYS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.luciola.blockstore.linux.Linux;
import io.luciola.blockstore.linux.Memory;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class RequestHandlerTest {

  private static final byte[] NOTHING = {};

  @Test
  void whatIsWrittenIsRead() {
    try (Exchange kernel = new Exchange()) {
      long handle = kernel.create("file", Linux.O_RDWR);
      byte[] data = new byte[100_000];
      for (int i = 0; i < data.length; i++) {
        data[i] = (byte) (i * 31);
      }
      assertEquals(0, kernel.send(Opcode.WRITE, 2, Exchange.write(handle, 5, data, 0)));
      assertEquals(data.length, Memory.getInt(kernel.reply.body()));
      assertEquals(0, kernel.send(Opcode.READ, 2, Exchange.read(handle, 5, 1 << 20)));
      assertArrayEquals(data, kernel.replyBody());
      assertEquals(0, kernel.send(Opcode.READ, 2, Exchange.read(handle, 100_005, 4096)));
      assertEquals(0, kernel.replyBody().length);
    }
  }

  @Test
  void attributesStandWhereTheKernelLooksForThem() {
    try (Exchange kernel = new Exchange()) {
      long handle = kernel.create("file", Linux.O_RDWR);
      kernel.send(Opcode.WRITE, 2, Exchange.write(handle, 0, new byte[1025], 0));
      assertEquals(0, kernel.send(Opcode.LOOKUP, 1, Exchange.cString("file")));
      ByteBuffer entry = ByteBuffer.wrap(kernel.replyBody()).order(ByteOrder.LITTLE_ENDIAN);
      assertEquals(128, entry.capacity());
      assertEquals(2, entry.getLong(0));
      assertEquals(1, entry.getLong(16), "entry timeout in seconds");
      assertEquals(2, entry.getLong(40), "inode");
      assertEquals(1025, entry.getLong(48), "size");
      assertEquals(3, entry.getLong(56), "blocks");
      assertEquals(0100644, entry.getInt(100), "mode");
      assertEquals(1, entry.getInt(104), "links");
      assertEquals(2, kernel.references.held());
    }
  }

  @Test
  void forgettingIsCounted() {
    try (Exchange kernel = new Exchange()) {
      kernel.create("file", Linux.O_RDWR);
      kernel.send(Opcode.LOOKUP, 1, Exchange.cString("file"));
      kernel.send(Opcode.LOOKUP, 1, Exchange.cString("file"));
      kernel.send(Opcode.FORGET, 2, Exchange.body(8).putLong(1).array());
      assertEquals(2, kernel.references.held());
      kernel.send(
          Opcode.BATCH_FORGET,
          0,
          Exchange.body(24).putInt(1).putInt(0).putLong(2).putLong(2).array());
      assertEquals(0, kernel.references.held());
    }
  }

  @Test
  void errorsAreTheCallers() {
    try (Exchange kernel = new Exchange()) {
      assertEquals(-ENOSYS, kernel.send(4711, 1, NOTHING));
      assertEquals(-ENOSYS, kernel.send(22, 1, NOTHING), "getxattr");
      assertEquals(-ENOENT, kernel.send(Opcode.LOOKUP, 1, Exchange.cString("absent")));
      assertEquals(-ENAMETOOLONG, kernel.send(Opcode.LOOKUP, 1, Exchange.cString("n".repeat(256))));
      assertEquals(
          -EINVAL,
          kernel.send(
              Opcode.LOOKUP, 1, "no end".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
      assertEquals(-EINVAL, kernel.send(Opcode.SETATTR, 1, new byte[40]));
      assertEquals(-EBADF, kernel.send(Opcode.READ, 1, Exchange.read(99, 0, 4096)));
      assertEquals(-EINVAL, kernel.send(Opcode.READ, 1, Exchange.read(99, 0, 2 << 20)));
      assertEquals(0, kernel.send(Opcode.INTERRUPT, 0, new byte[8]));
      kernel.namespace.setDown(true);
      assertEquals(-EIO, kernel.send(Opcode.GETATTR, 1, new byte[16]));
    }
  }

  @Test
  void aFaultOfTheDataPathReachesTheCaller() {
    try (Exchange kernel = new Exchange()) {
      long handle = kernel.create("file", Linux.O_RDWR);
      kernel.send(Opcode.WRITE, 2, Exchange.write(handle, 0, new byte[10], 0));
      kernel.chunks.failWith(-EIO);
      assertEquals(-EIO, kernel.send(Opcode.READ, 2, Exchange.read(handle, 0, 10)));
      assertEquals(-EIO, kernel.send(Opcode.WRITE, 2, Exchange.write(handle, 0, new byte[9], 0)));
    }
  }

  @Test
  void openSaysHowToCache() {
    try (Exchange kernel = new Exchange()) {
      long handle = kernel.create("file", Linux.O_RDWR);
      assertEquals(0, kernel.send(Opcode.RELEASE, 2, release(handle)));
      assertEquals(FileStructs.FOPEN_NOFLUSH | FileStructs.FOPEN_KEEP_CACHE, open(kernel, 0));
      assertEquals(
          FileStructs.FOPEN_DIRECT_IO | FileStructs.FOPEN_PARALLEL_DIRECT_WRITES,
          open(kernel, Linux.O_RDWR | Linux.O_DIRECT));
      long writing = openHandle(kernel, Linux.O_WRONLY);
      kernel.send(Opcode.WRITE, 2, Exchange.write(writing, 0, new byte[10], 0));
      assertEquals(FileStructs.FOPEN_NOFLUSH, open(kernel, 0), "changed since the last open");
      assertEquals(FileStructs.FOPEN_NOFLUSH | FileStructs.FOPEN_KEEP_CACHE, open(kernel, 0));
    }
  }

  private static int open(Exchange kernel, int flags) {
    openHandle(kernel, flags);
    return Memory.getInt(kernel.reply.body() + FileStructs.OPEN_OUT_FLAGS_OFFSET);
  }

  private static long openHandle(Exchange kernel, int flags) {
    assertEquals(0, kernel.send(Opcode.OPEN, 2, Exchange.body(8).putInt(flags).array()));
    return Memory.getLong(kernel.reply.body());
  }

  private static byte[] release(long handle) {
    return Exchange.body(FileStructs.RELEASE_IN_BYTES).putLong(handle).array();
  }

  @Property(tries = 2000)
  void noRequestBringsTheHandlerDown(
      @ForAll @IntRange(min = 0, max = 60) int opcode,
      @ForAll @IntRange(min = 0, max = 4) int inode,
      @ForAll @Size(max = 200) byte[] body) {
    try (Exchange kernel = new Exchange()) {
      kernel.create("file", Linux.O_RDWR);
      int error = kernel.send(opcode, inode, body);
      assertTrue(error <= 0 && error > -4096);
      // And it goes on working.
      assertEquals(0, kernel.send(Opcode.GETATTR, 1, new byte[16]));
    }
  }

  @Test
  void readsAndWritesAllocateNothing() {
    try (Exchange kernel = new Exchange()) {
      long handle = kernel.create("file", Linux.O_RDWR);
      byte[] write = Exchange.write(handle, 8192, new byte[4096], 0);
      byte[] read = Exchange.read(handle, 8192, 4096);
      kernel.send(Opcode.WRITE, 2, write);
      for (int round = 0; round < 3; round++) {
        repeat(kernel, Opcode.WRITE, write, 50_000);
        repeat(kernel, Opcode.READ, read, 50_000);
      }
      long writeBytes = repeat(kernel, Opcode.WRITE, write, 50_000);
      long readBytes = repeat(kernel, Opcode.READ, read, 50_000);
      // Less than an object each over so many: what the runtime itself may do on the side.
      assertTrue(writeBytes < 50_000, "50,000 writes allocated " + writeBytes + " bytes");
      assertTrue(readBytes < 50_000, "50,000 reads allocated " + readBytes + " bytes");
    }
  }

  private static long repeat(Exchange kernel, int opcode, byte[] body, int times) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    kernel.put(opcode, 2, body);
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < times; i++) {
      int length = kernel.handler.handle(kernel.request, kernel.reply);
      if (kernel.reply.error() != 0) {
        throw new AssertionError("reply of " + length + " bytes: " + kernel.reply.error());
      }
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
