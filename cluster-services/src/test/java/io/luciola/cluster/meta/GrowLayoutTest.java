package io.luciola.cluster.meta;

import static io.luciola.cluster.meta.MetaHarness.failure;
import static io.luciola.cluster.meta.MetaHarness.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.luciola.blockstore.linux.Errno;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.LayoutMessages;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.kv.EmbeddedOptions;
import io.luciola.cluster.kv.EmbeddedStore;
import io.luciola.cluster.kv.KeyValueStore;
import io.luciola.cluster.meta.proto.Caller;
import io.luciola.cluster.meta.proto.DirectoryLayout;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.meta.proto.LayoutOrigin;
import io.luciola.cluster.meta.proto.SetAttributesRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How layouts grow, and what directories say about them, through gRPC. */
class GrowLayoutTest {

  private static final long ROOT = Namespace.ROOT_INODE;
  private static final long MIB = 1 << 20;

  private MetaHarness meta;
  private Namespace ns;
  private Caller user;

  @BeforeEach
  void start() throws Exception {
    meta = new MetaHarness();
    ns = meta.namespace;
    user = ns.caller(1000, 100);
  }

  @AfterEach
  void stop() {
    meta.close();
  }

  private Inode create(long parent, String name) {
    return ns.makeNode(user, parent, name(name), FileType.REGULAR, 0600, 0);
  }

  private static FileLayout layout(Inode inode) {
    return LayoutMessages.layoutOf(inode);
  }

  @Test
  void aLayoutGrowsWhenItHasToAndKeepsWhatItHad() {
    Inode file = create(ROOT, "f");
    assertEquals(new FileLayout(1 << 20).with(1, new int[] {101}), layout(file));
    assertEquals(file, ns.growLayout(file.getId(), 0), "chunk 0 is covered");
    Inode grown = ns.growLayout(file.getId(), 1);
    FileLayout two = layout(file).with(1, new int[] {102});
    assertEquals(two, layout(grown));
    assertEquals(grown, ns.growLayout(file.getId(), 1), "the same question, the same answer");
    FileLayout more = layout(ns.growLayout(file.getId(), 2));
    assertTrue(more.beginsWith(two));
    assertEquals(34, more.endChunk());
    assertEquals(more, layout(ns.attributes(file.getId())));
  }

  @Test
  void onlyRegularFilesGrow() {
    long directory = ns.makeDirectory(user, ROOT, name("d"), 0700).getId();
    long symlink = ns.makeSymlink(user, ROOT, name("s"), name("t")).getId();
    long file = create(ROOT, "f").getId();
    assertEquals(Errno.EISDIR, failure(() -> ns.growLayout(directory, 5)));
    assertEquals(Errno.EINVAL, failure(() -> ns.growLayout(symlink, 5)));
    assertEquals(Errno.ENOENT, failure(() -> ns.growLayout(999, 5)));
    assertEquals(Errno.EFBIG, failure(() -> ns.growLayout(file, FileLayout.MOST_CHUNKS)));
    assertEquals(Errno.EFBIG, failure(() -> ns.growLayout(file, -1)));
    assertEquals(
        FileLayout.MOST_CHUNKS, layout(ns.growLayout(file, FileLayout.MOST_CHUNKS - 1)).endChunk());
  }

  @Test
  void aFullClusterIsSaidSo() {
    long file = create(ROOT, "f").getId();
    meta.roomBytes.set(MIB - 1);
    assertEquals(Errno.ENOSPC, failure(() -> ns.growLayout(file, 1)));
    assertEquals(Errno.ENOSPC, failure(() -> create(ROOT, "g")));
    assertEquals(1, layout(ns.growLayout(file, 0)).endChunk());
  }

  @Test
  void whereThereIsNoRoomForALargeSegmentASmallOneIsTaken() {
    long file = create(ROOT, "f").getId();
    ns.growLayout(file, 1);
    meta.roomBytes.set(2 * MIB);
    assertEquals(4, layout(ns.growLayout(file, 2)).endChunk());
    assertEquals(102, layout(ns.growLayout(file, 100)).endChunk());
  }

  @Test
  void truncatingTakesNothingBackAndGarbageReachesAsFarAsWasGranted() {
    Inode file = create(ROOT, "f");
    FileLayout grown = layout(ns.growLayout(file.getId(), 9));
    ns.setAttributes(
        SetAttributesRequest.newBuilder()
            .setCaller(user)
            .setInode(file.getId())
            .setLengthBytes(0)
            .build());
    assertEquals(grown, layout(ns.attributes(file.getId())));
    ns.unlink(user, ROOT, name("f"));
    meta.garbageCollector().collect();
    assertEquals(10 * MIB, meta.removedChunks.get(file.getId()));
  }

  @Test
  void manyWhoGrowOneFileAtOnceAgreeOnEveryChunk() throws Exception {
    KeyValueStore store =
        EmbeddedStore.inMemory(EmbeddedOptions.DEFAULT, System::nanoTime, new Random(5));
    try (MetaHarness one = new MetaHarness(store, MetaHarness.QUIET, 7);
        MetaHarness other = new MetaHarness(store, MetaHarness.QUIET, 8)) {
      long file =
          one.namespace.makeNode(user, ROOT, name("shared"), FileType.REGULAR, 0600, 0).getId();
      List<FileLayout> seen = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<List<FileLayout>>> growing = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
          Namespace client = thread % 2 == 0 ? one.namespace : other.namespace;
          Random random = new Random(thread);
          growing.add(threads.submit(() -> grow(client, file, random)));
        }
        for (Future<List<FileLayout>> each : growing) {
          seen.addAll(each.get());
        }
      }
      FileLayout last = layout(one.namespace.attributes(file));
      assertEquals(8 * 40, seen.size());
      for (FileLayout each : seen) {
        assertTrue(last.beginsWith(each), () -> each + " and " + last);
      }
    }
  }

  private static List<FileLayout> grow(Namespace client, long file, Random random) {
    List<FileLayout> seen = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      int chunk = random.nextInt(1 << (i / 3));
      FileLayout layout = layout(client.growLayout(file, chunk));
      assertTrue(layout.covers(chunk));
      seen.add(layout);
    }
    return seen;
  }

  @Test
  void newFilesAreAsTheirDirectorySays() {
    long outer = ns.makeDirectory(user, ROOT, name("outer"), 0700).getId();
    assertDirectory(1 << 20, LayoutOrigin.CLUSTER, 2, LayoutOrigin.CLUSTER, outer);
    long before = create(outer, "before").getId();
    ns.setDirectoryLayout(user, outer, OptionalInt.of(4096), OptionalInt.of(3));
    assertDirectory(4096, LayoutOrigin.OWN, 3, LayoutOrigin.OWN, outer);

    long inner = ns.makeDirectory(user, outer, name("inner"), 0700).getId();
    assertDirectory(4096, LayoutOrigin.INHERITED, 3, LayoutOrigin.INHERITED, inner);
    ns.setDirectoryLayout(user, inner, OptionalInt.empty(), OptionalInt.of(1));
    assertDirectory(4096, LayoutOrigin.INHERITED, 1, LayoutOrigin.OWN, inner);
    Inode single = ns.growLayout(create(inner, "single").getId(), 3);
    assertEquals(4096, layout(single).chunkSizeBytes());
    assertEquals(1, layout(single).segments().getLast().chainIds().length);
    Inode three = ns.growLayout(create(outer, "three").getId(), 3);
    assertEquals(3, layout(three).segments().getLast().chainIds().length);

    ns.setDirectoryLayout(user, inner, OptionalInt.of(0), OptionalInt.of(0));
    assertDirectory(1 << 20, LayoutOrigin.CLUSTER, 2, LayoutOrigin.CLUSTER, inner);
    ns.setDirectoryLayout(user, outer, OptionalInt.empty(), OptionalInt.of(1));
    Inode grown = ns.growLayout(before, 5);
    assertEquals(1 << 20, layout(grown).chunkSizeBytes());
    assertEquals(2, layout(grown).segments().getLast().chainIds().length, "as when it was made");
  }

  private void assertDirectory(
      int chunkSizeBytes,
      LayoutOrigin chunkSizeOrigin,
      int stripe,
      LayoutOrigin stripeOrigin,
      long directory) {
    assertEquals(
        DirectoryLayout.newBuilder()
            .setChunkSizeBytes(chunkSizeBytes)
            .setChunkSizeOrigin(chunkSizeOrigin)
            .setStripe(stripe)
            .setStripeOrigin(stripeOrigin)
            .build(),
        ns.directoryLayout(directory));
  }

  @Test
  void whatNoDirectoryCanSayIsRefused() {
    long file = create(ROOT, "f").getId();
    OptionalInt none = OptionalInt.empty();
    for (int size : new int[] {1, 2048, 5000, 128 << 20, -4096}) {
      assertEquals(
          Errno.EINVAL,
          failure(() -> ns.setDirectoryLayout(user, ROOT, OptionalInt.of(size), none)));
    }
    for (int stripe : new int[] {-1, 4097}) {
      assertEquals(
          Errno.EINVAL,
          failure(() -> ns.setDirectoryLayout(user, ROOT, none, OptionalInt.of(stripe))));
    }
    assertEquals(
        Errno.ENOTDIR, failure(() -> ns.setDirectoryLayout(user, file, none, OptionalInt.of(1))));
    assertEquals(Errno.ENOTDIR, failure(() -> ns.directoryLayout(file)));
    assertDirectory(1 << 20, LayoutOrigin.CLUSTER, 2, LayoutOrigin.CLUSTER, ROOT);
  }

  @Test
  void pagesOfDirectoriesLeaveTheSegmentsOut() {
    create(ROOT, "f");
    Inode entry = ns.readDirectory(ROOT, ByteString.EMPTY, 9, true).entries().get(0).getInode();
    assertTrue(entry.hasLayout());
    assertEquals(1 << 20, entry.getLayout().getChunkSizeBytes());
    assertEquals(0, entry.getLayout().getSegmentsCount());
    assertFalse(ns.lookup(ROOT, name("f")).getLayout().getSegmentsList().isEmpty());
  }
}
