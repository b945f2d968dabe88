package io.luciola.cluster.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.meta.proto.Caller;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.FindInodesRequest;
import io.luciola.cluster.meta.proto.FindInodesResponse;
import io.luciola.cluster.meta.proto.FoundInode;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.meta.proto.MetaGrpc;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FindInodesTest {

  private MetaHarness meta;
  private Caller root;

  @BeforeEach
  void start() throws IOException {
    meta = new MetaHarness();
    root = meta.namespace.caller(0, 0);
  }

  @AfterEach
  void stop() {
    meta.close();
  }

  private List<FoundInode> find(Iterable<Long> inodes) {
    return MetaGrpc.newBlockingStub(meta.channel())
        .findInodes(FindInodesRequest.newBuilder().addAllInodes(inodes).build())
        .getInodesList();
  }

  @Test
  void aFileIsKnownUntilItsChunksAreRemoved() {
    ByteString name = MetaHarness.name("file");
    var opened = meta.namespace.create(root, Namespace.ROOT_INODE, name, 0644, true);
    Inode file = opened.getInode();
    List<FoundInode> living = find(List.of(file.getId(), 123_456_789L, Namespace.ROOT_INODE));
    assertEquals(2, living.size());
    assertEquals(file.getId(), living.get(0).getId());
    assertEquals(file.getLayout(), living.get(0).getLayout());
    assertFalse(living.get(0).getRemoved());
    assertEquals(Namespace.ROOT_INODE, living.get(1).getId());
    assertFalse(living.get(1).hasLayout());

    meta.namespace.unlink(root, Namespace.ROOT_INODE, name);
    assertFalse(find(List.of(file.getId())).getFirst().getRemoved(), "it is open");
    meta.namespace.close(root, file.getId(), opened.getSessionId(), OptionalLong.empty(), 0, 0);
    FoundInode removed = find(List.of(file.getId())).getFirst();
    assertTrue(removed.getRemoved());
    assertEquals(file.getLayout(), removed.getLayout());

    meta.garbageCollector().collect();
    assertEquals(List.of(), find(List.of(file.getId())));
  }

  @Test
  void aQuestionIsBounded() {
    assertEquals(List.of(), find(Collections.nCopies(256, 5L)));
    StatusRuntimeException refused =
        assertThrows(StatusRuntimeException.class, () -> find(Collections.nCopies(257, 5L)));
    assertEquals(Status.Code.FAILED_PRECONDITION, refused.getStatus().getCode());
  }

  @Test
  void anAnswerOfLargeLayoutsStopsAndIsGoneOnWith() {
    int[] chains = new int[20_000];
    Arrays.setAll(chains, i -> 1000 + i);
    List<Long> ids = LongStream.rangeClosed(1 << 20, (1 << 20) + 39).boxed().toList();
    for (long id : ids) {
      InodeRecord large = new InodeRecord(id, FileType.REGULAR);
      large.layout = FileLayout.whole(4096, chains);
      meta.store.run(
          tx -> {
            InodeTable.insert(tx, large);
            return null;
          });
    }
    List<Long> found = new ArrayList<>();
    int questions = 0;
    while (found.size() < ids.size()) {
      FindInodesResponse answer =
          MetaGrpc.newBlockingStub(meta.channel())
              .findInodes(
                  FindInodesRequest.newBuilder()
                      .addAllInodes(ids.subList(found.size(), ids.size()))
                      .build());
      assertTrue(answer.getSerializedSize() < 2 << 20, "near the most that a message may have");
      assertEquals(answer.getAnswered(), answer.getInodesCount());
      answer.getInodesList().forEach(inode -> found.add(inode.getId()));
      questions++;
    }
    assertEquals(ids, found);
    assertTrue(questions > 1, "all layouts in one answer");
  }
}
