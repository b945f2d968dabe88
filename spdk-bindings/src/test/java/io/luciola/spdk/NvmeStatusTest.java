package io.luciola.spdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NvmeStatusTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void takesTheStatusOutOfACompletionWhateverThePhase(int phase) {
    assertEquals(0, NvmeStatus.ofCompletion(phase));
    assertEquals(0x080, NvmeStatus.ofCompletion(0x80 << 1 | phase));
    assertEquals(0x281, NvmeStatus.ofCompletion(0x81 << 1 | 2 << 9 | phase));
    assertEquals(0x7ff, NvmeStatus.ofCompletion(0xff << 1 | 7 << 9 | phase));
    // The bits for "more" and for the retry delay are left out.
    assertEquals(0x281, NvmeStatus.ofCompletion(0x81 << 1 | 2 << 9 | 7 << 12 | phase));
    assertEquals(
        0x281 | NvmeStatus.DO_NOT_RETRY,
        NvmeStatus.ofCompletion((short) (1 << 15 | 0x81 << 1 | 2 << 9 | phase)));
  }

  @Test
  void saysWhatHappened() {
    assertEquals("success", NvmeStatus.describe(0));
    assertEquals(
        "unrecovered read error (status code type 0x2, status code 0x81)",
        NvmeStatus.describe(NvmeStatus.UNRECOVERED_READ_ERROR));
    assertEquals(
        "sectors out of range (status code type 0x0, status code 0x80, do not retry)",
        NvmeStatus.describe(NvmeStatus.LBA_OUT_OF_RANGE | NvmeStatus.DO_NOT_RETRY));
    assertEquals(
        "vendor specific error (status code type 0x7, status code 0xc3)",
        NvmeStatus.describe(0x7c3));
    assertEquals("path error (status code type 0x3, status code 0x03)", NvmeStatus.describe(0x303));
  }

  @Test
  void everyStatusHasWords() {
    for (int status = 1; status <= 0x7ff; status++) {
      assertTrue(NvmeStatus.describe(status).contains("status code type"));
    }
  }

  @Test
  void retriesOnlyWhatFailedAndMaySucceed() {
    assertFalse(NvmeStatus.mayRetry(NvmeStatus.SUCCESS));
    assertTrue(NvmeStatus.mayRetry(NvmeStatus.INTERNAL_DEVICE_ERROR));
    assertFalse(NvmeStatus.mayRetry(NvmeStatus.INTERNAL_DEVICE_ERROR | NvmeStatus.DO_NOT_RETRY));
  }
}
