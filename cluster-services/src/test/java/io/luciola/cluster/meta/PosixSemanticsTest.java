package io.luciola.cluster.meta;

import static io.luciola.cluster.meta.MetaHarness.failure;
import static io.luciola.cluster.meta.MetaHarness.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.luciola.blockstore.linux.Errno;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.client.Namespace.DirectoryPage;
import io.luciola.cluster.meta.proto.Caller;
import io.luciola.cluster.meta.proto.FileSystemStatsResponse;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.meta.proto.OpenResponse;
import io.luciola.cluster.meta.proto.SetAttributesRequest;
import io.luciola.cluster.meta.proto.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every method of the name space, as POSIX describes it, through gRPC. */
final class PosixSemanticsTest {

  private static final long ROOT = Namespace.ROOT_INODE;

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
  void stop() throws Exception {
    meta.close();
  }

  @Test
  void theRootIsThereFromTheStart() {
    Inode root = ns.attributes(ROOT);
    assertEquals(FileType.DIRECTORY, root.getType());
    assertEquals(0755, root.getMode());
    assertEquals(0, root.getUid());
    assertEquals(2, root.getNlink());
    assertEquals(ROOT, ns.readDirectory(ROOT, ByteString.EMPTY, 10, false).parent());
  }

  @Test
  void shouldRefuseWhatIsNoName() {
    assertEquals(Errno.ENAMETOOLONG, failure(() -> mkdir(ROOT, "x".repeat(256))));
    mkdir(ROOT, "x".repeat(255));
    for (String bad : List.of("", ".", "..", "a/b", "a\0b")) {
      assertEquals(Errno.EINVAL, failure(() -> mkdir(ROOT, bad)), bad);
      assertEquals(Errno.EINVAL, failure(() -> create(ROOT, bad)), bad);
      assertEquals(Errno.EINVAL, failure(() -> ns.lookup(ROOT, name(bad))), bad);
      assertEquals(Errno.EINVAL, failure(() -> ns.unlink(user, ROOT, name(bad))), bad);
      assertEquals(Errno.EINVAL, failure(() -> rename(ROOT, "x", ROOT, bad, 0)), bad);
    }
  }

  @Test
  void shouldMakeAndRemoveDirectories() {
    Inode before = ns.attributes(ROOT);
    Inode d = mkdir(ROOT, "d");
    assertEquals(2, d.getNlink());
    assertEquals(0750, d.getMode());
    assertEquals(1000, d.getUid());
    assertEquals(100, d.getGid());
    assertEquals(d, ns.lookup(ROOT, name("d")));
    Inode with = ns.attributes(ROOT);
    assertEquals(3, with.getNlink());
    assertTrue(with.getMtimeNs() > before.getMtimeNs());
    assertTrue(with.getCtimeNs() > before.getCtimeNs());
    assertEquals(Errno.EEXIST, failure(() -> mkdir(ROOT, "d")));
    Inode inner = mkdir(d.getId(), "inner");
    assertEquals(3, ns.attributes(d.getId()).getNlink());
    assertEquals(d.getId(), ns.readDirectory(inner.getId(), ByteString.EMPTY, 1, false).parent());
    assertEquals(Errno.ENOTEMPTY, failure(() -> rmdir(ROOT, "d")));
    rmdir(d.getId(), "inner");
    rmdir(ROOT, "d");
    assertEquals(2, ns.attributes(ROOT).getNlink());
    assertEquals(Errno.ENOENT, failure(() -> ns.attributes(d.getId())));
    assertEquals(Errno.ENOENT, failure(() -> rmdir(ROOT, "d")));
    assertEquals(Errno.ENOENT, failure(() -> create(d.getId(), "late")));
  }

  @Test
  void shouldKeepDirectoriesAndOthersApart() {
    Inode f = create(ROOT, "f").getInode();
    mkdir(ROOT, "d");
    assertEquals(Errno.ENOTDIR, failure(() -> rmdir(ROOT, "f")));
    assertEquals(Errno.EISDIR, failure(() -> ns.unlink(user, ROOT, name("d"))));
    assertEquals(Errno.ENOTDIR, failure(() -> mkdir(f.getId(), "x")));
    assertEquals(Errno.ENOTDIR, failure(() -> create(f.getId(), "x")));
    assertEquals(Errno.ENOTDIR, failure(() -> ns.lookup(f.getId(), name("x"))));
    assertEquals(Errno.ENOTDIR, failure(() -> ns.unlink(user, f.getId(), name("x"))));
    assertEquals(
        Errno.ENOTDIR, failure(() -> ns.readDirectory(f.getId(), ByteString.EMPTY, 1, false)));
    assertEquals(Errno.EINVAL, failure(() -> ns.readSymlink(f.getId())));
  }

  @Test
  void shouldCreateExclusivelyOrOpenWhatIsThere() {
    OpenResponse first = ns.create(user, ROOT, name("f"), 04640, true);
    assertTrue(first.getCreated());
    assertNotEquals(0, first.getSessionId());
    assertEquals(04640, first.getInode().getMode());
    assertEquals(1, first.getInode().getNlink());
    assertEquals(1 << 20, first.getInode().getLayout().getChunkSizeBytes());
    assertEquals(List.of(101), firstChains(first.getInode()));
    assertEquals(Errno.EEXIST, failure(() -> ns.create(user, ROOT, name("f"), 0600, true)));
    OpenResponse second = ns.create(user, ROOT, name("f"), 0600, false);
    assertFalse(second.getCreated());
    assertEquals(first.getInode(), second.getInode());
    assertNotEquals(first.getSessionId(), second.getSessionId());
    mkdir(ROOT, "d");
    ns.makeSymlink(user, ROOT, name("s"), name("f"));
    ns.makeNode(user, ROOT, name("p"), FileType.FIFO, 0600, 0);
    assertEquals(Errno.EISDIR, failure(() -> ns.create(user, ROOT, name("d"), 0, false)));
    assertEquals(Errno.ELOOP, failure(() -> ns.create(user, ROOT, name("s"), 0, false)));
    assertEquals(Errno.EEXIST, failure(() -> ns.create(user, ROOT, name("p"), 0, false)));
    assertEquals(Errno.EEXIST, failure(() -> ns.create(user, ROOT, name("d"), 0, true)));
  }

  @Test
  void shouldBeginFilesOnAllChainsAlike() {
    List<Integer> begins = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      begins.addAll(firstChains(create(ROOT, "f" + i).getInode()));
    }
    begins.sort(null);
    assertEquals(List.of(101, 101, 101, 102, 102, 102, 103, 103, 103), begins);
  }

  private static List<Integer> firstChains(Inode file) {
    return file.getLayout().getSegments(0).getChainIdsList();
  }

  @Test
  void shouldMakeNodes() {
    Inode device =
        ns.makeNode(user, ROOT, name("dev"), FileType.CHARACTER_DEVICE, 0600, 0xfffff103);
    assertEquals(0xfffff103, device.getRdev());
    assertEquals(device, ns.lookup(ROOT, name("dev")));
    Inode file = ns.makeNode(user, ROOT, name("f"), FileType.REGULAR, 0600, 0);
    assertEquals(1, file.getLayout().getSegmentsCount());
    for (FileType type : List.of(FileType.FIFO, FileType.SOCKET, FileType.BLOCK_DEVICE)) {
      assertEquals(type, ns.makeNode(user, ROOT, name("n" + type), type, 0600, 1).getType());
    }
    assertEquals(
        Errno.EEXIST, failure(() -> ns.makeNode(user, ROOT, name("f"), FileType.REGULAR, 0600, 0)));
    assertEquals(
        Errno.EINVAL,
        failure(() -> ns.makeNode(user, ROOT, name("x"), FileType.DIRECTORY, 0600, 0)));
  }

  @Test
  void shouldMakeAndReadSymlinks() {
    ByteString target = ByteString.copyFrom(new byte[] {'/', (byte) 0xff, 'x'});
    Inode link = ns.makeSymlink(user, ROOT, name("s"), target);
    assertEquals(0777, link.getMode());
    assertEquals(3, link.getLengthBytes());
    assertEquals(target, ns.readSymlink(link.getId()));
    ns.makeSymlink(user, ROOT, name("long"), name("x".repeat(4095)));
    assertEquals(
        Errno.ENAMETOOLONG,
        failure(() -> ns.makeSymlink(user, ROOT, name("t"), name("x".repeat(4096)))));
    assertEquals(Errno.ENOENT, failure(() -> ns.makeSymlink(user, ROOT, name("t"), name(""))));
    assertEquals(Errno.EEXIST, failure(() -> ns.makeSymlink(user, ROOT, name("s"), name("x"))));
  }

  @Test
  void shouldCountLinks() {
    Inode f = close(create(ROOT, "f"));
    Inode d = mkdir(ROOT, "d");
    Inode linked = ns.link(user, f.getId(), d.getId(), name("g"));
    assertEquals(2, linked.getNlink());
    assertTrue(linked.getCtimeNs() > f.getCtimeNs());
    assertEquals(f.getId(), ns.lookup(d.getId(), name("g")).getId());
    assertEquals(Errno.EEXIST, failure(() -> ns.link(user, f.getId(), ROOT, name("f"))));
    assertEquals(Errno.EPERM, failure(() -> ns.link(user, d.getId(), ROOT, name("e"))));
    assertEquals(Errno.ENOENT, failure(() -> ns.link(user, 999, ROOT, name("e"))));
    ns.unlink(user, ROOT, name("f"));
    Inode left = ns.attributes(f.getId());
    assertEquals(1, left.getNlink());
    assertTrue(left.getCtimeNs() > linked.getCtimeNs());
    ns.unlink(user, d.getId(), name("g"));
    assertEquals(Errno.ENOENT, failure(() -> ns.attributes(f.getId())));
  }

  @Test
  void shouldNotGiveANameToAFileThatLostItsLast() {
    OpenResponse open = create(ROOT, "f");
    ns.unlink(user, ROOT, name("f"));
    assertEquals(0, ns.attributes(open.getInode().getId()).getNlink());
    assertEquals(
        Errno.ENOENT, failure(() -> ns.link(user, open.getInode().getId(), ROOT, name("g"))));
  }

  @Test
  void shouldInheritTheGroupOfASetGroupIdDirectory() {
    Inode d = ns.makeDirectory(ns.caller(1, 77), ROOT, name("d"), 02775);
    Inode inner = mkdir(d.getId(), "inner");
    assertEquals(77, inner.getGid());
    assertEquals(02750, inner.getMode());
    Inode file = create(inner.getId(), "f").getInode();
    assertEquals(77, file.getGid());
    assertEquals(0640, file.getMode());
  }

  @Test
  void shouldListInPagesInByteOrder() {
    List<ByteString> names = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      ByteString name = ByteString.copyFrom(new byte[] {(byte) (i * 10 + 1), 'x'});
      if (name.byteAt(0) != '/') {
        ns.makeNode(user, ROOT, name, FileType.FIFO, 0600, 0);
        names.add(name);
      }
    }
    List<ByteString> listed = new ArrayList<>();
    DirectoryPage page = ns.readDirectory(ROOT, ByteString.EMPTY, 7, true);
    while (true) {
      page.entries().forEach(e -> listed.add(e.getName()));
      assertEquals(
          ns.lookup(ROOT, page.entries().getFirst().getName()),
          page.entries().getFirst().getInode());
      if (!page.more()) {
        break;
      }
      assertEquals(7, page.entries().size());
      page = ns.readDirectory(ROOT, page.entries().getLast().getName(), 7, true);
    }
    assertEquals(names, listed);
    Inode brief =
        ns.readDirectory(ROOT, ByteString.EMPTY, 1, false).entries().getFirst().getInode();
    assertEquals(FileType.FIFO, brief.getType());
    assertEquals(0, brief.getNlink());
  }

  @Test
  void shouldNotListANeighborsEntries() {
    Inode a = mkdir(ROOT, "a");
    Inode b = mkdir(ROOT, "b");
    create(b.getId(), "f");
    assertEquals(0, ns.readDirectory(a.getId(), ByteString.EMPTY, 9, false).entries().size());
  }

  @Test
  void shouldReportSpaceAndInodes() {
    create(ROOT, "f");
    mkdir(ROOT, "d");
    FileSystemStatsResponse stats = ns.statistics();
    assertEquals(1000, stats.getTotalBytes());
    assertEquals(400, stats.getFreeBytes());
    assertEquals(3, stats.getInodes());
    rmdir(ROOT, "d");
    assertEquals(2, ns.statistics().getInodes());
  }

  // --- rename

  @Test
  void shouldRenameAFileAndReplaceAnother() {
    Inode f = close(create(ROOT, "f"));
    Inode g = close(create(ROOT, "g"));
    Inode d = mkdir(ROOT, "d");
    rename(ROOT, "f", d.getId(), "h", 0);
    assertEquals(Errno.ENOENT, failure(() -> ns.lookup(ROOT, name("f"))));
    assertTrue(ns.lookup(d.getId(), name("h")).getCtimeNs() > f.getCtimeNs());
    rename(d.getId(), "h", ROOT, "g", 0);
    assertEquals(f.getId(), ns.lookup(ROOT, name("g")).getId());
    assertEquals(Errno.ENOENT, failure(() -> ns.attributes(g.getId())));
    assertEquals(Errno.ENOENT, failure(() -> rename(ROOT, "none", ROOT, "x", 0)));
    assertEquals(Errno.ENOENT, failure(() -> rename(ROOT, "g", 999, "x", 0)));
  }

  @Test
  void shouldMoveADirectoryWithItsParent() {
    Inode a = mkdir(ROOT, "a");
    Inode b = mkdir(ROOT, "b");
    Inode c = mkdir(a.getId(), "c");
    rename(a.getId(), "c", b.getId(), "c2", 0);
    assertEquals(2, ns.attributes(a.getId()).getNlink());
    assertEquals(3, ns.attributes(b.getId()).getNlink());
    assertEquals(b.getId(), ns.readDirectory(c.getId(), ByteString.EMPTY, 1, false).parent());
    rename(b.getId(), "c2", b.getId(), "c3", 0);
    assertEquals(3, ns.attributes(b.getId()).getNlink());
  }

  @Test
  void shouldReplaceOnlyWhatFits() {
    Inode full = mkdir(ROOT, "full");
    create(full.getId(), "x");
    Inode empty = mkdir(ROOT, "empty");
    Inode d = mkdir(ROOT, "d");
    create(ROOT, "f");
    assertEquals(Errno.ENOTEMPTY, failure(() -> rename(ROOT, "d", ROOT, "full", 0)));
    assertEquals(Errno.ENOTDIR, failure(() -> rename(ROOT, "d", ROOT, "f", 0)));
    assertEquals(Errno.EISDIR, failure(() -> rename(ROOT, "f", ROOT, "empty", 0)));
    assertEquals(5, ns.attributes(ROOT).getNlink());
    rename(ROOT, "d", ROOT, "empty", 0);
    assertEquals(d.getId(), ns.lookup(ROOT, name("empty")).getId());
    assertEquals(Errno.ENOENT, failure(() -> ns.attributes(empty.getId())));
    assertEquals(4, ns.attributes(ROOT).getNlink());
  }

  @Test
  void shouldNotPutADirectoryIntoItself() {
    Inode a = mkdir(ROOT, "a");
    Inode b = mkdir(a.getId(), "b");
    Inode c = mkdir(b.getId(), "c");
    assertEquals(Errno.EINVAL, failure(() -> rename(ROOT, "a", a.getId(), "x", 0)));
    assertEquals(Errno.EINVAL, failure(() -> rename(ROOT, "a", c.getId(), "x", 0)));
    assertEquals(Errno.EINVAL, failure(() -> rename(ROOT, "a", b.getId(), "c", 2)));
    assertEquals(Errno.EINVAL, failure(() -> rename(b.getId(), "c", ROOT, "a", 2)));
    assertEquals(Errno.ENOTEMPTY, failure(() -> rename(b.getId(), "c", ROOT, "a", 0)));
  }

  @Test
  void shouldDoNothingBetweenTwoNamesOfOneFile() {
    Inode f = close(create(ROOT, "f"));
    ns.link(user, f.getId(), ROOT, name("g"));
    rename(ROOT, "f", ROOT, "g", 0);
    rename(ROOT, "f", ROOT, "f", 0);
    assertEquals(f.getId(), ns.lookup(ROOT, name("f")).getId());
    assertEquals(2, ns.lookup(ROOT, name("g")).getNlink());
    mkdir(ROOT, "d");
    rename(ROOT, "d", ROOT, "d", 0);
    assertEquals(3, ns.attributes(ROOT).getNlink());
  }

  @Test
  void shouldHonorTheFlagsOfRename() {
    Inode a = mkdir(ROOT, "a");
    Inode f = close(create(ROOT, "f"));
    Inode d = mkdir(a.getId(), "d");
    assertEquals(Errno.EEXIST, failure(() -> rename(ROOT, "f", ROOT, "a", 1)));
    assertEquals(Errno.EINVAL, failure(() -> rename(ROOT, "f", ROOT, "g", 3)));
    assertEquals(Errno.EINVAL, failure(() -> rename(ROOT, "f", ROOT, "g", 4)));
    assertEquals(Errno.ENOENT, failure(() -> rename(ROOT, "f", ROOT, "g", 2)));
    rename(ROOT, "f", ROOT, "g", 1);
    rename(ROOT, "g", a.getId(), "d", 2);
    assertEquals(d.getId(), ns.lookup(ROOT, name("g")).getId());
    assertEquals(f.getId(), ns.lookup(a.getId(), name("d")).getId());
    assertEquals(4, ns.attributes(ROOT).getNlink());
    assertEquals(2, ns.attributes(a.getId()).getNlink());
    assertEquals(ROOT, ns.readDirectory(d.getId(), ByteString.EMPTY, 1, false).parent());
  }

  // --- attributes

  @Test
  void shouldChangeModeOwnerAndTimes() {
    Inode f = create(ROOT, "f").getInode();
    Inode chmod = ns.setAttributes(change(f).setMode(0104755).build());
    assertEquals(04755, chmod.getMode());
    assertTrue(chmod.getCtimeNs() > f.getCtimeNs());
    assertEquals(f.getMtimeNs(), chmod.getMtimeNs());
    Inode times = ns.setAttributes(change(f).setAtimeNs(-5).setMtimeNs(7).build());
    assertEquals(-5, times.getAtimeNs());
    assertEquals(7, times.getMtimeNs());
    Inode now = ns.setAttributes(change(f).setAtimeNow(true).setMtimeNow(true).build());
    assertEquals(now.getCtimeNs(), now.getMtimeNs());
    assertEquals(now.getCtimeNs(), now.getAtimeNs());
    assertEquals(now, ns.attributes(f.getId()));
    assertEquals(
        Errno.ENOENT, failure(() -> ns.setAttributes(change(f).setInode(999).setMode(0).build())));
  }

  @Test
  void shouldTakeSpecialRightsAwayWithANewOwnerOrLength() {
    Inode f = create(ROOT, "f").getInode();
    ns.setAttributes(change(f).setMode(06755).build());
    Inode chown = ns.setAttributes(change(f).setUid(-2).setGid(5).build());
    assertEquals(0755, chown.getMode());
    assertEquals(-2, chown.getUid());
    assertEquals(5, chown.getGid());
    ns.setAttributes(change(f).setMode(06745).build());
    assertEquals(02745, ns.setAttributes(change(f).setGid(6).build()).getMode());
    assertEquals(06755, ns.setAttributes(change(f).setGid(7).setMode(06755).build()).getMode());
    assertEquals(0755, ns.setAttributes(change(f).setLengthBytes(9).build()).getMode());
    ns.setAttributes(change(f).setMode(06755).build());
    SetAttributesRequest.Builder byRoot = change(f).setCaller(ns.caller(0, 0)).setLengthBytes(1);
    assertEquals(06755, ns.setAttributes(byRoot.build()).getMode());
    Inode d = mkdir(ROOT, "d");
    ns.setAttributes(change(d).setMode(02775).build());
    assertEquals(02775, ns.setAttributes(change(d).setGid(6).build()).getMode());
  }

  @Test
  void shouldRaiseTheTruncateVersionOnlyWhenItShortens() {
    Inode f = create(ROOT, "f").getInode();
    Inode longer = ns.setAttributes(change(f).setLengthBytes(1000).build());
    assertEquals(1000, longer.getLengthBytes());
    assertEquals(0, longer.getTruncateVersion());
    assertTrue(longer.getMtimeNs() > f.getMtimeNs());
    assertEquals(0, ns.setAttributes(change(f).setLengthBytes(1000).build()).getTruncateVersion());
    Inode shorter = ns.setAttributes(change(f).setLengthBytes(10).build());
    assertEquals(10, shorter.getLengthBytes());
    assertEquals(1, shorter.getTruncateVersion());
    Inode d = mkdir(ROOT, "d");
    Inode s = ns.makeSymlink(user, ROOT, name("s"), name("f"));
    assertEquals(
        Errno.EISDIR, failure(() -> ns.setAttributes(change(d).setLengthBytes(0).build())));
    assertEquals(
        Errno.EINVAL, failure(() -> ns.setAttributes(change(s).setLengthBytes(0).build())));
    long most = 1L << 52;
    assertEquals(
        Errno.EFBIG, failure(() -> ns.setAttributes(change(f).setLengthBytes(most + 1).build())));
    assertEquals(
        Errno.EFBIG, failure(() -> ns.setAttributes(change(f).setLengthBytes(-1).build())));
    ns.setAttributes(change(f).setLengthBytes(most).build());
  }

  @Test
  void shouldSetADirectorysTimesUntilItsEntriesChange() {
    Inode d = mkdir(ROOT, "d");
    create(d.getId(), "f");
    Inode set = ns.setAttributes(change(d).setMtimeNs(42).build());
    assertEquals(42, set.getMtimeNs());
    assertTrue(set.getCtimeNs() > 42);
    assertEquals(set, ns.attributes(d.getId()));
    ns.unlink(user, d.getId(), name("f"));
    assertTrue(ns.attributes(d.getId()).getMtimeNs() > set.getCtimeNs());
  }

  @Test
  void shouldRecordTheLengthThatAWriterReached() {
    Inode f = create(ROOT, "f").getInode();
    long later = f.getMtimeNs() + 1_000_000_000_000L;
    Inode synced = ns.syncLength(user, f.getId(), 500, 0, later);
    assertEquals(500, synced.getLengthBytes());
    assertEquals(later, synced.getMtimeNs());
    assertEquals(500, ns.syncLength(user, f.getId(), 100, 0, 0).getLengthBytes());
    assertEquals(later, ns.attributes(f.getId()).getMtimeNs());
    ns.setAttributes(change(f).setLengthBytes(50).build());
    assertEquals(50, ns.syncLength(user, f.getId(), 500, 0, 0).getLengthBytes());
    assertEquals(60, ns.syncLength(user, f.getId(), 60, 1, 0).getLengthBytes());
    assertEquals(Errno.EISDIR, failure(() -> ns.syncLength(user, ROOT, 1, 0, 0)));
    assertEquals(Errno.ENOENT, failure(() -> ns.syncLength(user, 999, 1, 0, 0)));
    assertEquals(Errno.EFBIG, failure(() -> ns.syncLength(user, f.getId(), -1, 1, 0)));
  }

  @Test
  void shouldRecordWhatWasWrittenBeforeAnAttributeIsSet() {
    Inode f = create(ROOT, "f").getInode();
    long later = f.getMtimeNs() + 1_000_000_000_000L;
    Written written = Written.newBuilder().setLengthBytes(500).setMtimeNs(later).build();
    Inode timed = ns.setAttributes(change(f).setWritten(written).setMtimeNs(42).build());
    assertEquals(500, timed.getLengthBytes());
    assertEquals(42, timed.getMtimeNs());
    assertEquals(timed, ns.attributes(f.getId()));
    ns.setAttributes(change(f).setLengthBytes(50).build());
    Inode stale = ns.setAttributes(change(f).setWritten(written).setAtimeNs(7).build());
    assertEquals(50, stale.getLengthBytes());
    assertEquals(
        Errno.EISDIR,
        failure(
            () ->
                ns.setAttributes(
                    SetAttributesRequest.newBuilder()
                        .setCaller(user)
                        .setInode(ROOT)
                        .setWritten(written)
                        .build())));
  }

  @Test
  void shouldOpenRegularFilesOnly() {
    Inode f = close(create(ROOT, "f"));
    assertNotEquals(0, ns.open(user, f.getId(), false).getSessionId());
    assertEquals(Errno.EISDIR, failure(() -> ns.open(user, ROOT, true)));
    Inode p = ns.makeNode(user, ROOT, name("p"), FileType.FIFO, 0600, 0);
    assertEquals(Errno.EINVAL, failure(() -> ns.open(user, p.getId(), true)));
    assertEquals(Errno.ENOENT, failure(() -> ns.open(user, 999, true)));
  }

  private Inode mkdir(long parent, String name) {
    return ns.makeDirectory(user, parent, name(name), 0750);
  }

  private void rmdir(long parent, String name) {
    ns.removeDirectory(user, parent, name(name));
  }

  private OpenResponse create(long parent, String name) {
    return ns.create(user, parent, name(name), 0640, true);
  }

  private Inode close(OpenResponse open) {
    ns.close(user, open.getInode().getId(), open.getSessionId(), OptionalLong.empty(), 0, 0);
    return open.getInode();
  }

  private void rename(long parent, String name, long newParent, String newName, int flags) {
    ns.rename(user, parent, name(name), newParent, name(newName), flags);
  }

  private SetAttributesRequest.Builder change(Inode inode) {
    return SetAttributesRequest.newBuilder().setCaller(user).setInode(inode.getId());
  }
}
