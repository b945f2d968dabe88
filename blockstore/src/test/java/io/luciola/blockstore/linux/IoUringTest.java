package io.luciola.blockstore.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IoUringTest {

  @TempDir private Path directory;
  private int fd;
  private IoUring ring;

  @BeforeEach
  void open() throws IOException {
    Path file = directory.resolve("file");
    Files.write(file, new byte[4096]);
    fd = Linux.open(file.toString(), Linux.O_RDWR | Linux.O_CLOEXEC, 0);
    ring = new IoUring(4);
  }

  @AfterEach
  void close() {
    ring.close();
    Linux.close(fd);
  }

  @Test
  void aWaitEndsWithItsTime() {
    long fromNs = System.nanoTime();

    assertEquals(0, ring.submitAndWait(20_000_000));

    long tookNs = System.nanoTime() - fromNs;
    assertTrue(tookNs >= 20_000_000, "ended after " + tookNs + " ns");
    assertFalse(ring.hasCompletion());
  }

  @Test
  void aWaitPushesOutAndEndsWithACompletion() {
    long fromNs = System.nanoTime();
    assertTrue(ring.prepare(IoUring.OP_FSYNC, 0, fd, 0, 0, 0, IoUring.FSYNC_DATASYNC, 77));

    while (!ring.hasCompletion()) {
      assertTrue(ring.submitAndWait(60_000_000_000L) >= 0);
    }

    assertTrue(System.nanoTime() - fromNs < 60_000_000_000L);
    assertEquals(0, ring.unsubmitted());
    assertEquals(77, ring.userData());
    assertEquals(0, ring.result());
  }

  @Test
  void transfersWithRegisteredMemory() {
    long memory = Memory.allocate(2 * Memory.PAGE_BYTES);
    Memory.fill(memory, Memory.PAGE_BYTES, (byte) 9);
    assertEquals(0, ring.registerMemory(memory, 2 * Memory.PAGE_BYTES));

    assertEquals(4096, transfer(IoUring.OP_WRITE_FIXED, memory));
    assertEquals(4096, transfer(IoUring.OP_READ_FIXED, memory + 4096));

    assertTrue(Memory.equal(memory, memory + 4096, 4096));
    assertEquals(-Errno.EFAULT, transfer(IoUring.OP_READ_FIXED, memory + 8192));
    ring.close();
    Memory.free(memory, 2 * Memory.PAGE_BYTES);
  }

  private int transfer(int operation, long address) {
    assertTrue(ring.prepare(operation, 0, fd, 0, address, 4096, 0, 1));
    while (!ring.hasCompletion()) {
      assertTrue(ring.submitAndWait() >= 0);
    }
    int result = ring.result();
    ring.advance();
    return result;
  }
}
