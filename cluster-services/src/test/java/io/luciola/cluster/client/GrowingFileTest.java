package io.luciola.cluster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.cli.admin.AdminCluster;
import io.luciola.cluster.meta.MetaServer;
import io.luciola.cluster.meta.proto.Caller;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.meta.proto.OpenResponse;
import io.luciola.cluster.meta.proto.SetAttributesRequest;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose layouts grow, through the client library against real services. */
class GrowingFileTest {

  private static final int CHUNK_BYTES = 64 << 10;
  private static final int BUFFER_BYTES = 8 * CHUNK_BYTES;
  private static final ByteString NAME = ByteString.copyFromUtf8("file");
  private static final long PATIENCE_NS = 30_000_000_000L;

  @TempDir Path directory;
  private AdminCluster cluster;
  private MetaServer meta;
  private LuciolaClient here;
  private LuciolaClient elsewhere;
  private DataPath path;
  private DataPath otherPath;
  private OpenResponse opened;
  private Caller caller;
  private KnownLayout known;
  private long inode;
  private long memory;

  @BeforeEach
  void start() throws Exception {
    memory = Memory.allocate(BUFFER_BYTES);
    cluster = new AdminCluster(directory);
    meta = cluster.startMeta("64KiB");
    here = cluster.connect();
    elsewhere = cluster.connect();
    path = here.openDataPath();
    otherPath = elsewhere.openDataPath();
    caller = here.namespace().caller(0, 0);
    opened = here.namespace().create(caller, Namespace.ROOT_INODE, NAME, 0644, true);
    known = new KnownLayout(here.namespace(), opened.getInode());
    inode = opened.getInode().getId();
  }

  @AfterEach
  void stop() {
    path.close();
    otherPath.close();
    here.close();
    elsewhere.close();
    meta.close();
    cluster.close();
    Memory.free(memory, BUFFER_BYTES);
  }

  private void write(long offset, int length, int value) {
    Memory.fill(memory, length, (byte) value);
    FileLayout layout = known.forWrite(offset, length);
    assertEquals(length, path.writeNow(layout, inode, offset, length, memory));
  }

  private void assertContent(
      DataPath reader, FileLayout layout, long offset, int length, int value) {
    Memory.fill(memory, length, (byte) 0xEE);
    assertEquals(length, reader.readNow(layout, inode, offset, length, memory));
    for (int i = 0; i < length; i++) {
      assertEquals(value, Memory.getByte(memory + i), "byte " + (offset + i));
    }
  }

  @Test
  void aReaderThatOpenedTheFileBeforeItGrewReadsAllOfIt() {
    KnownLayout seen =
        new KnownLayout(elsewhere.namespace(), elsewhere.namespace().attributes(inode));
    long[] ends = {100, CHUNK_BYTES, 3L * CHUNK_BYTES + 5, 10L * CHUNK_BYTES, 17L * CHUNK_BYTES};
    long from = 0;
    for (int i = 0; i < ends.length; i++) {
      write(from, (int) (ends[i] - from), i + 1);
      assertContent(
          otherPath,
          seen.forRead(from, (int) (ends[i] - from)),
          from,
          (int) (ends[i] - from),
          i + 1);
      from = ends[i];
    }
    assertEquals(known.layout(), seen.layout());
    assertTrue(known.layout().segmentCount() > 2);
    from = 0;
    for (int i = 0; i < ends.length; i++) {
      assertContent(path, known.layout(), from, (int) (ends[i] - from), i + 1);
      from = ends[i];
    }
  }

  @Test
  void twoWhoWriteOneFileAtOnceReadEachOther() {
    KnownLayout other =
        new KnownLayout(elsewhere.namespace(), elsewhere.namespace().attributes(inode));
    for (int chunk = 0; chunk < 40; chunk++) {
      long offset = (long) chunk * CHUNK_BYTES;
      if (chunk % 2 == 0) {
        write(offset, 100, chunk + 1);
      } else {
        Memory.fill(memory, 100, (byte) (chunk + 1));
        FileLayout layout = other.forWrite(offset, 100);
        assertEquals(100, otherPath.writeNow(layout, inode, offset, 100, memory));
      }
    }
    for (int chunk = 0; chunk < 40; chunk++) {
      long offset = (long) chunk * CHUNK_BYTES;
      assertContent(path, known.forRead(offset, 100), offset, 100, chunk + 1);
      assertContent(otherPath, other.forRead(offset, 100), offset, 100, chunk + 1);
    }
  }

  @Test
  void aSparseFileHasFewSegmentsAndReadsAsZerosBetween() {
    long far = 3L << 30;
    write(0, 10, 1);
    write(far, 100, 2);
    FileLayout layout = known.layout();
    assertEquals(2, layout.segmentCount());
    assertContent(path, layout, far, 100, 2);
    assertContent(path, layout, 5L * CHUNK_BYTES + 3, 2 * CHUNK_BYTES, 0);
    assertContent(path, layout, far + 100, CHUNK_BYTES, 0);
  }

  @Test
  void whatTheLayoutDoesNotReachIsReadAsZerosAndCannotBeWritten() {
    write(0, CHUNK_BYTES, 1);
    FileLayout layout = known.layout();
    assertEquals(CHUNK_BYTES, layout.endBytes());
    assertContent(path, layout, CHUNK_BYTES, 1000, 0);
    Memory.fill(memory, 200, (byte) 0xEE);
    assertEquals(200, path.readNow(layout, inode, CHUNK_BYTES - 100, 200, memory));
    assertEquals(1, Memory.getByte(memory + 99));
    assertEquals(0, Memory.getByte(memory + 100));
    assertEquals(0, Memory.getByte(memory + 199));
    assertThrows(
        IllegalArgumentException.class,
        () -> path.writeNow(layout, inode, CHUNK_BYTES - 100, 200, memory));
    assertEquals(0, path.cutNow(layout, inode, 100L * CHUNK_BYTES, 10));
    assertContent(path, layout, 10, 1000, 0);
  }

  @Test
  void aFileThatIsCutAndGrowsAgainKeepsItsChains() {
    write(0, 6 * CHUNK_BYTES, 3);
    FileLayout before = known.layout();
    here.namespace().syncLength(caller, inode, 6 * CHUNK_BYTES, 0, 1);
    int left = CHUNK_BYTES + 500;
    assertEquals(0, path.cutNow(before, inode, 6 * CHUNK_BYTES, left));
    Inode cut =
        here.namespace()
            .setAttributes(
                SetAttributesRequest.newBuilder()
                    .setCaller(caller)
                    .setInode(inode)
                    .setLengthBytes(left)
                    .build());
    assertEquals(before, LayoutMessages.layoutOf(cut));
    write(5L * CHUNK_BYTES, CHUNK_BYTES, 4);
    assertEquals(before, known.layout());
    assertContent(path, before, 0, left, 3);
    assertContent(path, before, left, 4 * CHUNK_BYTES - 500, 0);
    assertContent(path, before, 5L * CHUNK_BYTES, CHUNK_BYTES, 4);
    write(20L * CHUNK_BYTES, 1, 5);
    assertTrue(known.layout().beginsWith(before));
  }

  @Test
  void allChunksOfARemovedFileGoAlsoThoseWhoseLengthMetaNeverHeardOf() throws Exception {
    for (int chunk = 0; chunk < 41; chunk++) {
      write((long) chunk * CHUNK_BYTES, 1000, 1);
    }
    assertEquals("6 targets with 123 chunks", chunks());
    here.namespace().unlink(caller, Namespace.ROOT_INODE, NAME);
    here.namespace()
        .close(caller, inode, opened.getSessionId(), OptionalLong.of(40L * CHUNK_BYTES), 0, 1);
    long beganNs = System.nanoTime();
    while (!chunks().equals("6 targets with 0 chunks")) {
      assertTrue(System.nanoTime() - beganNs < PATIENCE_NS, chunks() + " are left");
      Thread.sleep(50);
    }
  }

  /** What lies on the targets. */
  private String chunks() {
    String page = cluster.admin("find-orphaned-chunks").out();
    return page.substring(0, page.indexOf(" looked through"));
  }
}
