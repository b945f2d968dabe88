package io.luciola.blockstore.engine.crash;

import io.luciola.blockstore.engine.format.DeviceLayout;

/** What lies at a place on the device. */
enum DeviceRegion {
  SUPERBLOCK,
  JOURNAL,
  CHECKPOINT,
  CHUNK_PAGE,
  WRITER_PAGE,
  CHECKSUM_PAGE,
  DIRECTORY_PAGE,
  DATA;

  static DeviceRegion of(DeviceLayout layout, long offset) {
    if (offset < layout.journalOffset()) {
      return SUPERBLOCK;
    }
    if (offset < layout.checkpointOffset()) {
      return JOURNAL;
    }
    if (offset < layout.pagesOffset()) {
      return CHECKPOINT;
    }
    return offset < layout.dataOffset() ? ofPage(layout, offset) : DATA;
  }

  private static DeviceRegion ofPage(DeviceLayout layout, long offset) {
    int pages = layout.tablePages() + layout.directoryPages();
    int page = (int) ((offset - layout.pagesOffset()) / CorruptionTest.BLOCK % pages);
    if (page < layout.firstWriterPage()) {
      return CHUNK_PAGE;
    }
    if (page < layout.firstChecksumPage()) {
      return WRITER_PAGE;
    }
    return page < layout.firstDirectoryPage() ? CHECKSUM_PAGE : DIRECTORY_PAGE;
  }
}
