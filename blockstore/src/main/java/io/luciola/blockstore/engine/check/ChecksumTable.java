package io.luciola.blockstore.engine.check;

import io.luciola.blockstore.engine.format.ChecksumPage;
import io.luciola.blockstore.engine.format.PageFormat;
import io.luciola.blockstore.engine.index.BlockChecksums;
import io.luciola.blockstore.linux.Memory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The checksum of each block as the checkpoint has it, and as the journal then changed it. Keeps
 * what was changed, and of the rest the pages that were used last.
 */
final class ChecksumTable implements AutoCloseable {

  private static final int MOST_CACHED = 4096;

  private final PageCopies pages;
  private final int firstPage;
  private final Map<Integer, int[]> changed = new HashMap<>();
  private final Map<Integer, int[]> cached =
      new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, int[]> eldest) {
          return size() > MOST_CACHED;
        }
      };
  private final long memory = Memory.allocate(PageFormat.BYTES);
  private int lastPage = -1;
  private int[] last = new int[0];

  ChecksumTable(PageCopies pages, int firstPage) {
    this.pages = pages;
    this.firstPage = firstPage;
  }

  int get(long block) {
    int page = (int) (block / ChecksumPage.PER_PAGE);
    if (page != lastPage) {
      int[] found = changed.get(page);
      last = found == null ? cached.computeIfAbsent(page, this::load) : found;
      lastPage = page;
    }
    return last[(int) (block % ChecksumPage.PER_PAGE)];
  }

  void put(long block, int checksum) {
    int page = (int) (block / ChecksumPage.PER_PAGE);
    changed.computeIfAbsent(page, this::load)[(int) (block % ChecksumPage.PER_PAGE)] = checksum;
    lastPage = -1;
  }

  void putHoles(long block, long count) {
    for (long at = block; at < block + count; at++) {
      put(at, BlockChecksums.HOLE);
    }
  }

  @Override
  public void close() {
    Memory.free(memory, PageFormat.BYTES);
  }

  private int[] load(int page) {
    int[] checksums = new int[ChecksumPage.PER_PAGE];
    if (pages.read(firstPage + page, memory)) {
      for (int i = 0; i < checksums.length; i++) {
        checksums[i] = Memory.getInt(memory + PageFormat.HEADER_BYTES + (long) i * Integer.BYTES);
      }
    } else {
      Arrays.fill(checksums, BlockChecksums.LOST);
    }
    return checksums;
  }
}
