package io.luciola.fuse.vfs;

import static io.luciola.blockstore.linux.Errno.EBADF;
import static io.luciola.blockstore.linux.Errno.EFBIG;
import static io.luciola.blockstore.linux.Errno.EINVAL;
import static io.luciola.blockstore.linux.Errno.EIO;
import static io.luciola.blockstore.linux.Errno.ENOENT;
import static io.luciola.blockstore.linux.Errno.ENOSPC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.luciola.blockstore.linux.Linux;
import io.luciola.blockstore.linux.Memory;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.PosixException;
import io.luciola.fuse.fake.MemoryChunks;
import io.luciola.fuse.fake.MemoryNamespace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FileSystemTest {

  private static final Credentials ROOT = new Credentials(0, 0);
  private static final long ROOT_INODE = 1;

  private final MemoryNamespace namespace = new MemoryNamespace();
  private final MemoryChunks chunks = new MemoryChunks();
  private final DataPath path = chunks.openDataPath();
  private final FileSystem here =
      new FileSystem(namespace, chunks::openDataPath, () -> Instant.ofEpochSecond(5000));
  private final FileSystem elsewhere =
      new FileSystem(namespace, chunks::openDataPath, () -> Instant.ofEpochSecond(5000));
  private final long memory = Memory.allocate(1 << 20);

  private static ByteString name(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private OpenedFile create(String name) {
    return here.create(path, ROOT, ROOT_INODE, name(name), 0644, Linux.O_RDWR | Linux.O_CREAT);
  }

  private int write(OpenedFile file, long offset, int length) {
    return here.write(path, file.handle(), offset, length, memory, false);
  }

  private long metaLength(long inode) {
    return namespace.attributes(inode).getLengthBytes();
  }

  private Inspected inspect(OpenedFile file) {
    return new Inspected(file.attributes().getId());
  }

  /** Short for what both sides say of an inode. */
  private final class Inspected {

    final long inode;

    Inspected(long inode) {
      this.inode = inode;
    }

    long local() {
      return here.attributes(inode).getLengthBytes();
    }

    long meta() {
      return metaLength(inode);
    }
  }

  @Test
  void aWriterSeesItsLengthAtOnceAndMetaWithTheSync() {
    OpenedFile file = create("f");
    Inspected length = inspect(file);
    assertEquals(3000, write(file, 0, 3000));
    assertEquals(3000, length.local());
    assertEquals(3000, here.lookup(ROOT_INODE, name("f")).getLengthBytes());
    assertEquals(0, length.meta());
    here.sync(file.handle());
    assertEquals(3000, length.meta());
    int recorded = namespace.lengthsRecorded();
    here.sync(file.handle());
    assertEquals(recorded, namespace.lengthsRecorded(), "nothing new to tell");
  }

  @Test
  void closingRecordsTheLengthAndEndsTheSession() {
    OpenedFile file = create("f");
    write(file, 100, 50);
    here.release(file.handle());
    assertEquals(150, inspect(file).meta());
    assertEquals(0, namespace.openSessions());
    assertEquals(-EBADF, write(file, 0, 1));
    assertThrows(PosixException.class, () -> here.release(file.handle()));
  }

  @Test
  void theRegularPushRecordsLengthsAndSurvivesAnOutage() {
    OpenedFile file = create("f");
    write(file, 0, 10);
    namespace.setDown(true);
    here.pushWrittenLengths();
    namespace.setDown(false);
    assertEquals(0, inspect(file).meta());
    here.pushWrittenLengths();
    assertEquals(10, inspect(file).meta());
  }

  @Test
  void aSyncThatMetaRefusesFails() {
    OpenedFile file = create("f");
    write(file, 0, 10);
    namespace.setDown(true);
    assertThrows(PosixException.class, () -> here.sync(file.handle()));
    namespace.setDown(false);
    here.sync(file.handle());
    assertEquals(10, inspect(file).meta());
  }

  @Test
  void aFileGrownElsewhereIsLongerHereToo() {
    OpenedFile file = create("f");
    long inode = file.attributes().getId();
    OpenedFile other = elsewhere.open(ROOT, inode, Linux.O_WRONLY);
    elsewhere.write(path, other.handle(), 0, 500, memory, false);
    elsewhere.release(other.handle());
    assertEquals(0, here.read(path, file.handle(), 0, 1000, memory), "not asked yet");
    assertEquals(500, here.attributes(inode).getLengthBytes());
    assertEquals(500, here.read(path, file.handle(), 0, 1000, memory));
  }

  @Test
  void aFileCutElsewhereIsShorterHereToo() {
    OpenedFile file = create("f");
    long inode = file.attributes().getId();
    write(file, 0, 1000);
    here.sync(file.handle());
    elsewhere.setAttributes(path, ROOT, inode, AttributeChange.truncateTo(300));
    assertEquals(300, here.attributes(inode).getLengthBytes());
    assertEquals(300, here.read(path, file.handle(), 0, 1000, memory));
    write(file, 300, 20);
    here.release(file.handle());
    assertEquals(320, metaLength(inode));
  }

  @Test
  void cuttingFreesChunksAndLeavesZerosBehind() {
    OpenedFile file = create("f");
    long inode = file.attributes().getId();
    Memory.fill(memory, 1 << 20, (byte) 1);
    write(file, 0, 1 << 20);
    assertEquals(16, chunks.chunksOf(inode));
    here.setAttributes(path, ROOT, inode, AttributeChange.truncateTo(70_000));
    assertEquals(2, chunks.chunksOf(inode));
    here.setAttributes(path, ROOT, inode, AttributeChange.truncateTo(80_000));
    assertEquals(10_000, here.read(path, file.handle(), 70_000, 20_000, memory));
    for (int i = 0; i < 10_000; i++) {
      assertEquals(0, Memory.getByte(memory + i));
    }
    here.release(file.handle());
    assertEquals(80_000, metaLength(inode), "the old length is not believed any more");
  }

  @Test
  void aLayoutGrowsOncePerWriteThatNeedsIt() {
    OpenedFile file = create("f");
    write(file, 0, 1 << 16);
    assertEquals(0, namespace.layoutsGrown());
    assertEquals(1 << 20, write(file, 0, 1 << 20));
    assertEquals(1, namespace.layoutsGrown());
    write(file, 1 << 19, 1 << 19);
    assertEquals(1, namespace.layoutsGrown());
  }

  @Test
  void aWriteForWhichNoChainHasRoomFails() {
    OpenedFile file = create("f");
    namespace.setFullFromChunk(2);
    assertEquals(1 << 17, write(file, 0, 1 << 17));
    assertEquals(-ENOSPC, write(file, 1 << 17, 1));
    assertEquals(-ENOSPC, write(file, 0, 1 << 18));
    assertEquals(1 << 17, inspect(file).local());
    namespace.setFullFromChunk(Long.MAX_VALUE);
    assertEquals(1, write(file, 1 << 17, 1));
  }

  @Test
  void whatWasWrittenElsewhereBehindTheLayoutIsRead() {
    OpenedFile file = create("f");
    long inode = file.attributes().getId();
    here.setAttributes(path, ROOT, inode, AttributeChange.truncateTo(1 << 20));
    assertEquals(8, here.read(path, file.handle(), 1 << 19, 8, memory), "a hole");
    assertEquals(0, Memory.getLong(memory));
    OpenedFile other = elsewhere.open(ROOT, inode, Linux.O_WRONLY);
    Memory.putLong(memory, 4711);
    assertEquals(8, elsewhere.write(path, other.handle(), 1 << 19, 8, memory, false));
    assertEquals(8, here.read(path, file.handle(), 1 << 19, 8, memory + 64));
    assertEquals(4711, Memory.getLong(memory + 64));
    namespace.setDown(true);
    assertEquals(-EIO, here.read(path, file.handle(), (1 << 20) - 8, 8, memory));
    namespace.setDown(false);
  }

  @Test
  void appendsGoToTheEndWhateverTheOffset() {
    OpenedFile file = create("f");
    write(file, 0, 100);
    assertEquals(5, here.write(path, file.handle(), 40, 5, memory, true));
    assertEquals(105, inspect(file).local());
  }

  @Test
  void creatingOverAFileEmptiesItOnlyWhenAsked() {
    OpenedFile file = create("f");
    write(file, 0, 100);
    here.release(file.handle());
    assertEquals(100, create("f").attributes().getLengthBytes());
    OpenedFile emptied =
        here.create(path, ROOT, ROOT_INODE, name("f"), 0644, Linux.O_RDWR | Linux.O_TRUNC);
    assertEquals(0, emptied.attributes().getLengthBytes());
  }

  @Test
  void anUnlinkedFileLivesAsLongAsItIsOpen() {
    OpenedFile file = create("f");
    write(file, 0, 10);
    here.unlink(ROOT, ROOT_INODE, name("f"));
    assertEquals(10, here.read(path, file.handle(), 0, 10, memory));
    assertEquals(0, here.attributes(file.attributes().getId()).getNlink());
    here.release(file.handle());
    var gone = assertThrows(PosixException.class, () -> here.attributes(file.attributes().getId()));
    assertEquals(ENOENT, gone.errno());
  }

  @Test
  void noFileGrowsBeyondWhatChunksCanBeNumbered() {
    OpenedFile file = create("f");
    assertEquals(-EFBIG, write(file, Long.MAX_VALUE - 10, 5));
    assertEquals(-EINVAL, write(file, -1, 5));
    var tooLong =
        assertThrows(
            PosixException.class,
            () ->
                here.setAttributes(
                    path,
                    ROOT,
                    file.attributes().getId(),
                    AttributeChange.truncateTo(Long.MAX_VALUE)));
    assertEquals(EFBIG, tooLong.errno());
  }

  @Test
  void writesWithinOneTickOfTheClockHaveDifferentTimes() {
    OpenedFile file = create("f");
    write(file, 0, 10);
    long first = here.attributes(file.attributes().getId()).getMtimeNs();
    write(file, 0, 10);
    assertNotEquals(first, here.attributes(file.attributes().getId()).getMtimeNs());
  }

  @Test
  void aDirectoryIsReadOnFromAnyOffsetItGaveOut() {
    for (int i = 0; i < 50; i++) {
      here.makeDirectory(ROOT, ROOT_INODE, name("d" + (100 + i)), 0755);
    }
    long handle = here.openDirectory(ROOT_INODE);
    List<String> names = new ArrayList<>();
    List<Long> offsets = new ArrayList<>();
    long offset = 0;
    while (true) {
      int before = names.size();
      here.readDirectory(
          handle,
          offset,
          7,
          false,
          (entry, inode, next) -> {
            names.add(entry.toStringUtf8());
            offsets.add(next);
            return true;
          });
      if (names.size() == before) {
        break;
      }
      offset = offsets.getLast();
    }
    assertEquals(52, names.size());
    // What came and went since does not move those that stayed.
    here.removeDirectory(ROOT, ROOT_INODE, name("d110"));
    here.makeDirectory(ROOT, ROOT_INODE, name("a-new-one"), 0755);
    int behind = names.indexOf("d110");
    List<String> again = new ArrayList<>();
    here.readDirectory(
        handle,
        offsets.get(behind),
        3,
        true,
        (entry, inode, next) -> again.add(entry.toStringUtf8()));
    assertEquals(List.of("d111", "d112", "d113"), again);
    var unknown =
        assertThrows(
            PosixException.class,
            () -> here.readDirectory(handle, 1_000, 3, false, (entry, inode, next) -> true));
    assertEquals(EINVAL, unknown.errno());
    here.releaseDirectory(handle);
  }

  @Test
  void closingTheFileSystemClosesWhatIsOpen() {
    OpenedFile file = create("f");
    write(file, 0, 77);
    here.close();
    assertEquals(77, inspect(file).meta());
    assertEquals(0, namespace.openSessions());
  }

  @Test
  void handlesAreNotMixedUp() {
    HandleTable<String> table = new HandleTable<>();
    List<Long> handles = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      handles.add(table.add("v" + i));
    }
    for (int i = 0; i < 1000; i += 2) {
      assertEquals("v" + i, table.remove(handles.get(i)));
    }
    long reused = table.add("new");
    assertTrue(handles.stream().noneMatch(handle -> handle == reused));
    assertEquals("v1", table.get(handles.get(1)));
    assertEquals(null, table.get(handles.get(0)));
    assertEquals(null, table.get(-1));
    assertEquals(null, table.get(Long.MAX_VALUE));
  }
}
