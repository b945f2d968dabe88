package io.luciola.cluster.meta;

import static io.luciola.cluster.meta.MetaHarness.errno;
import static io.luciola.cluster.meta.MetaHarness.name;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.luciola.blockstore.linux.Errno;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.kv.EmbeddedOptions;
import io.luciola.cluster.kv.EmbeddedStore;
import io.luciola.cluster.meta.TreeModel.Node;
import io.luciola.cluster.meta.proto.Caller;
import io.luciola.cluster.meta.proto.DirectoryEntry;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.meta.proto.SetAttributesRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random operations on Meta and on a plain tree give the same errors and the same tree. */
final class NamespaceModelTest {

  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final FileType[] TYPES = {
    FileType.DIRECTORY, FileType.DIRECTORY, FileType.REGULAR, FileType.SYMLINK, FileType.FIFO
  };

  @Property(tries = 25)
  void metaAgreesWithAPlainTreeAlsoAfterRestarts(@ForAll long seed) throws Exception {
    Path directory = Files.createTempDirectory("luciola-meta");
    try {
      Random random = new Random(seed);
      Run run = new Run(random, "seed " + seed);
      for (int restart = 0; restart < 3; restart++) {
        try (MetaHarness meta = open(directory, seed + restart)) {
          run.ns = meta.namespace;
          run.compareTrees();
          for (int i = 0; i < 50; i++) {
            run.step();
          }
          run.compareTrees();
          TreeWalk.of(meta.namespace);
        }
      }
    } finally {
      delete(directory);
    }
  }

  private static MetaHarness open(Path directory, long seed) throws IOException {
    EmbeddedOptions smallLog = new EmbeddedOptions(16 << 10, 64, 100);
    return new MetaHarness(
        new EmbeddedStore(directory, smallLog, System::nanoTime, new Random(seed)),
        MetaHarness.QUIET,
        seed);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static final class Run {
    private final TreeModel model = new TreeModel();
    private final Map<Node, Long> inodes = new HashMap<>();
    private final Random random;
    private final String label;
    private Namespace ns;

    Run(Random random, String label) {
      this.random = random;
      this.label = label;
      inodes.put(model.root, Namespace.ROOT_INODE);
    }

    void step() {
      Caller user = ns.caller(1, 1);
      Node parent = anyNode();
      Node newParent = anyNode();
      Node node = anyNode();
      String name = anyName();
      String newName = anyName();
      long at = inodes.get(parent);
      long newAt = inodes.get(newParent);
      switch (random.nextInt(8)) {
        case 0, 1 -> make(user, parent, name, TYPES[random.nextInt(TYPES.length)]);
        case 2 ->
            same(
                "link",
                model.link(node, newParent, newName),
                () -> ns.link(user, inodes.get(node), newAt, name(newName)));
        case 3 -> same("unlink", model.unlink(parent, name), () -> ns.unlink(user, at, name(name)));
        case 4 ->
            same(
                "rmdir",
                model.removeDirectory(parent, name),
                () -> ns.removeDirectory(user, at, name(name)));
        case 5 -> truncate(user, node);
        default -> {
          int flags = random.nextInt(3);
          same(
              "rename " + flags,
              model.rename(parent, name, newParent, newName, flags),
              () -> ns.rename(user, at, name(name), newAt, name(newName), flags));
        }
      }
    }

    private void make(Caller user, Node parent, String name, FileType type) {
      int expected = model.make(parent, name, type);
      long at = inodes.get(parent);
      long[] id = new long[1];
      same(
          "make " + type,
          expected,
          () ->
              id[0] =
                  switch (type) {
                    case DIRECTORY -> ns.makeDirectory(user, at, name(name), 0700).getId();
                    case SYMLINK -> ns.makeSymlink(user, at, name(name), name("t")).getId();
                    default -> ns.makeNode(user, at, name(name), type, 0600, 0).getId();
                  });
      if (expected == 0) {
        inodes.put(parent.children.get(name), id[0]);
      }
    }

    private void truncate(Caller user, Node node) {
      long length = random.nextInt(1000);
      int expected =
          switch (node.type) {
            case REGULAR -> 0;
            case DIRECTORY -> Errno.EISDIR;
            default -> Errno.EINVAL;
          };
      node.length = expected == 0 ? length : node.length;
      same(
          "truncate",
          expected,
          () ->
              ns.setAttributes(
                  SetAttributesRequest.newBuilder()
                      .setCaller(user)
                      .setInode(inodes.get(node))
                      .setLengthBytes(length)
                      .build()));
    }

    private void same(String operation, int expected, Runnable call) {
      assertEquals(Errno.name(expected), Errno.name(errno(call)), () -> operation + ", " + label);
    }

    void compareTrees() {
      compare(model.root, model.root);
    }

    private void compare(Node node, Node parent) {
      Map<String, Inode> found = new HashMap<>();
      for (DirectoryEntry entry : TreeWalk.entries(ns, inodes.get(node), inodes.get(parent))) {
        found.put(entry.getName().toStringUtf8(), entry.getInode());
      }
      assertEquals(node.children.keySet(), found.keySet(), label);
      node.children.forEach(
          (name, child) -> {
            Inode inode = found.get(name);
            assertEquals(inodes.get(child), inode.getId(), label);
            assertEquals(child.type, inode.getType(), label);
            assertEquals(child.nlink(), inode.getNlink(), label);
            if (child.type == FileType.REGULAR) {
              assertEquals(child.length, inode.getLengthBytes(), label);
            }
            if (child.isDirectory()) {
              compare(child, node);
            }
          });
    }

    private Node anyNode() {
      List<Node> reachable = new ArrayList<>();
      collect(model.root, reachable);
      return reachable.get(random.nextInt(reachable.size()));
    }

    private static void collect(Node node, List<Node> into) {
      into.add(node);
      node.children.values().forEach(child -> collect(child, into));
    }

    private String anyName() {
      return NAMES.get(random.nextInt(NAMES.size()));
    }
  }
}
