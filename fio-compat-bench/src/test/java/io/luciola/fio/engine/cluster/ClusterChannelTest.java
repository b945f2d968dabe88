package io.luciola.fio.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.luciola.blockstore.linux.Errno;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.LayoutMessages;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.client.ReadMode;
import io.luciola.cluster.meta.proto.Caller;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.meta.proto.OpenResponse;
import io.luciola.fio.engine.Direction;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.engine.IoChannel;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A channel over a cluster of which only what the test needs is there. */
class ClusterChannelTest {

  private static final int CHUNK_BYTES = 4096;

  private final List<String> calls = new ArrayList<>();
  private final List<String> completions = new ArrayList<>();
  private FileLayout layout = new FileLayout(CHUNK_BYTES).with(1, new int[] {1});
  private long lengthBytes;

  private Inode inode() {
    return Inode.newBuilder()
        .setId(7)
        .setLengthBytes(lengthBytes)
        .setLayout(LayoutMessages.toProto(layout))
        .build();
  }

  private final Namespace namespace =
      stub(
          Namespace.class,
          (method, arguments) ->
              switch (method) {
                case "caller" -> Caller.getDefaultInstance();
                case "create" -> OpenResponse.newBuilder().setInode(inode()).build();
                case "attributes" -> inode();
                case "growLayout" -> throw new PosixException(Errno.ENOSPC, "full");
                default -> null;
              });

  private final DataPath path =
      stub(
          DataPath.class,
          (method, arguments) -> {
            if (method.equals("read")) {
              calls.add("read up to " + ((FileLayout) arguments[0]).endChunk());
            } else if (method.equals("write")) {
              calls.add("write at " + arguments[2]);
            }
            return method.equals("close") ? null : 0;
          });

  private interface Answers {
    Object answer(String method, Object[] arguments);
  }

  private static <T> T stub(Class<T> type, Answers answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> answers.answer(method.getName(), arguments)));
  }

  private ClusterChannel open() {
    ClusterConnector.Connection connection =
        new ClusterConnector.Connection() {
          @Override
          public Namespace namespace() {
            return namespace;
          }

          @Override
          public DataPath openDataPath() {
            return path;
          }

          @Override
          public void close() {}
        };
    return new ClusterChannel(
        connection, List.of(new FileRegion("/f", 0, 1 << 20)), true, ReadMode.LINEARIZABLE);
  }

  private int poll(ClusterChannel channel) {
    return channel.poll((tag, result) -> completions.add(tag + ": " + result), 10);
  }

  @Test
  void aWriteForWhichNoChainHasRoomCompletesWithTheError() {
    try (ClusterChannel channel = open()) {
      assertEquals(
          IoChannel.ACCEPTED, channel.submit(Direction.WRITE, 0, CHUNK_BYTES - 10, 20, 0, 3));
      assertEquals(
          IoChannel.FULL, channel.submit(Direction.WRITE, 0, CHUNK_BYTES, 20, 0, 4), "poll first");
      assertEquals(1, poll(channel));
      assertEquals(List.of("3: " + -Errno.ENOSPC), completions);
      assertEquals(0, poll(channel));
      assertEquals(IoChannel.ACCEPTED, channel.submit(Direction.WRITE, 0, 100, 20, 0, 5));
    }
    assertEquals(List.of("write at 100"), calls);
  }

  @Test
  void aReadBehindTheLayoutLooksForMoreWhereTheFileIsLongEnough() {
    lengthBytes = 3L * CHUNK_BYTES;
    try (ClusterChannel channel = open()) {
      layout = layout.with(2, new int[] {2});
      channel.submit(Direction.READ, 0, 5L * CHUNK_BYTES, 10, 0, 1);
      channel.submit(Direction.READ, 0, 2L * CHUNK_BYTES, 10, 0, 2);
      channel.submit(Direction.READ, 0, 5L * CHUNK_BYTES, 10, 0, 3);
    }
    assertEquals(List.of("read up to 1", "read up to 3", "read up to 3"), calls);
  }
}
