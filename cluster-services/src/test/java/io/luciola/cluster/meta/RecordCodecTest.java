package io.luciola.cluster.meta;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.meta.proto.FileType;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class RecordCodecTest {

  private static InodeRecord file() {
    InodeRecord inode = new InodeRecord(131_072, FileType.REGULAR);
    inode.mode = 0644;
    inode.uid = 1000;
    inode.gid = 100;
    inode.mtimeNs = 5;
    inode.lengthBytes = 300;
    inode.reachBytes = 70_000;
    inode.truncateVersion = 2;
    return inode;
  }

  @Test
  void aLayoutOfSegmentsComesBack() {
    InodeRecord inode = file();
    inode.stripe = 64;
    inode.layout =
        new FileLayout(65_536)
            .with(1, new int[] {300})
            .with(1, new int[] {7})
            .with(FileLayout.MOST_CHUNKS - 2, new int[] {8, 9});
    InodeRecord read = RecordCodec.inode(RecordCodec.encode(inode));
    assertEquals(inode.layout, read.layout);
    assertEquals(64, read.stripe);
    assertEquals(300, read.lengthBytes);
    assertEquals(70_000, read.reachBytes);
    assertArrayEquals(RecordCodec.encode(inode), RecordCodec.encode(read));
  }

  @Test
  void whatADirectorySaysComesBack() {
    InodeRecord directory = new InodeRecord(2, FileType.DIRECTORY);
    directory.stripe = 4096;
    directory.newChunkSizeBytes = 64 << 20;
    directory.ownChunkSize = true;
    directory.symlinkTarget = ByteString.EMPTY;
    InodeRecord read = RecordCodec.inode(RecordCodec.encode(directory));
    assertNull(read.layout);
    assertEquals(4096, read.stripe);
    assertEquals(64 << 20, read.newChunkSizeBytes);
    assertTrue(read.ownChunkSize);
    assertFalse(read.ownStripe);
  }

  /** Written by a release that knew format 1 only. */
  private static final String FORMAT_1 =
      // format, id 131072, type 1, mode 0644, nlink 1, uid 1000, gid 100, rdev 0
      "01"
          + "808008"
          + "01"
          + "a403"
          + "01"
          + "e807"
          + "64"
          + "00"
          // atime 0, mtime 5, ctime 0
          + "0000000000000000"
          + "0500000000000000"
          + "0000000000000000"
          // length 300, reach 70000, truncate version 2, parent 0
          + "ac02"
          + "f0a204"
          + "02"
          + "00"
          // stripe 2, chunk size 65536, chains 300 and 7, no symlink target
          + "02"
          + "808004"
          + "ac02"
          + "07"
          + "00";

  @Test
  void aRecordOfFormat1IsOneSegmentOverEverything() {
    byte[] old = HexFormat.of().parseHex(FORMAT_1);
    InodeRecord read = RecordCodec.inode(old);
    assertEquals(131_072, read.id);
    assertEquals(0644, read.mode);
    assertEquals(1000, read.uid);
    assertEquals(300, read.lengthBytes);
    assertEquals(70_000, read.reachBytes);
    assertEquals(FileLayout.whole(65_536, new int[] {300, 7}), read.layout);
    assertEquals(0, read.stripe);
    InodeRecord again = RecordCodec.inode(RecordCodec.encode(read));
    assertEquals(read.layout, again.layout);
  }

  @Test
  void aLaterFormatIsRefused() {
    byte[] later = RecordCodec.encode(file());
    later[0] = 3;
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> RecordCodec.inode(later));
    assertTrue(refused.getMessage().contains("format 3 of an inode"), refused.getMessage());
  }
}
