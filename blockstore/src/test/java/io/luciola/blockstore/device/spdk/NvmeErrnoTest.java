package io.luciola.blockstore.device.spdk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.luciola.blockstore.linux.Errno;
import io.luciola.spdk.NvmeStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NvmeErrnoTest {

  @ParameterizedTest
  @CsvSource({
    "0x001, EOPNOTSUPP",
    "0x002, EINVAL",
    "0x004, EIO",
    "0x006, EIO",
    "0x007, EIO",
    "0x008, EIO",
    "0x00b, ENODEV",
    "0x020, EROFS",
    "0x080, ENXIO",
    "0x081, ENOSPC",
    "0x083, EBUSY",
    "0x182, EROFS",
    "0x280, EIO",
    "0x281, EIO",
    "0x286, EACCES",
    "0x371, EIO",
    "0x7ff, EIO",
  })
  void sayWhatLinuxWouldSay(String status, String errno) throws ReflectiveOperationException {
    int expected = Errno.class.getField(errno).getInt(null);

    assertEquals(expected, NvmeErrno.of(Integer.decode(status)));
  }

  @Test
  void whetherARetryHelpsMakesNoDifference() {
    assertEquals(Errno.ENXIO, NvmeErrno.of(NvmeStatus.LBA_OUT_OF_RANGE | NvmeStatus.DO_NOT_RETRY));
  }
}
