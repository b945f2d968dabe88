package io.luciola.fuse.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.linux.Memory;
import io.luciola.fuse.MountException;
import org.junit.jupiter.api.Test;

final class HandshakeTest {

  private static final long ATOMIC_O_TRUNC = 1L << 3;
  private static final long WRITEBACK_CACHE = 1L << 16;

  private static byte[] init(int major, int minor, long flags) {
    return Exchange.body(InitStructs.IN_BYTES)
        .putInt(major)
        .putInt(minor)
        .putInt(131_072)
        .putInt((int) flags)
        .putInt((int) (flags >>> 32))
        .array();
  }

  @Test
  void onlyWantedFeaturesAreAcceptedAndOnlyIfOffered() throws Exception {
    try (Exchange kernel = new Exchange()) {
      kernel.put(Opcode.INIT, 0, init(7, 45, -1L));
      assertEquals(80, Handshake.answer(kernel.request, kernel.reply));
      long body = kernel.reply.body();
      long low = Integer.toUnsignedLong(Memory.getInt(body + 12));
      long flags = low | (long) Memory.getInt(body + 32) << 32;
      assertEquals(InitStructs.WANTED, flags);
      assertEquals(0, flags & (ATOMIC_O_TRUNC | WRITEBACK_CACHE));
      assertEquals(1 << 20, Memory.getInt(body + 20), "max_write");
      assertEquals(256, Memory.getShort(body + 28), "max_pages");

      kernel.put(Opcode.INIT, 0, init(7, 31, InitStructs.ASYNC_READ));
      Handshake.answer(kernel.request, kernel.reply);
      assertEquals(InitStructs.ASYNC_READ, Memory.getInt(body + 12));
      assertEquals(31, Memory.getInt(body + 4));
    }
  }

  @Test
  void anUnfitKernelIsNamed() {
    try (Exchange kernel = new Exchange()) {
      kernel.put(Opcode.INIT, 0, init(7, 30, -1L));
      var old =
          assertThrows(MountException.class, () -> Handshake.answer(kernel.request, kernel.reply));
      assertTrue(old.getMessage().contains("7.30"), old.getMessage());
      kernel.put(Opcode.LOOKUP, 1, Exchange.cString("x"));
      assertThrows(MountException.class, () -> Handshake.answer(kernel.request, kernel.reply));
    }
  }

  @Test
  void theDataOfAWriteLiesOnAPage() {
    try (Exchange kernel = new Exchange()) {
      assertEquals(0, (kernel.request.address() + Request.WRITE_DATA_OFFSET) % 4096);
      assertEquals(0, kernel.reply.body() % 4096);
      assertEquals(kernel.reply.body(), kernel.reply.address() + 16);
    }
  }
}
