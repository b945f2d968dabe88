package io.luciola.fio.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.fio.engine.Direction;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.job.JobSpec;
import io.luciola.fio.job.Jobs;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkloadTest {

  private static final List<FileRegion> ONE = List.of(new FileRegion("f", 8192, 40_960));

  @Test
  void sequentialReadsAndWritesHaveAPositionEach() {
    Workload workload = new Workload(Jobs.withOptions("rw=rw"), ONE);
    workload.choose(Direction.READ);
    assertEquals(8192, workload.offsetBytes);
    workload.choose(Direction.WRITE);
    assertEquals(8192, workload.offsetBytes);
    workload.choose(Direction.READ);
    assertEquals(12_288, workload.offsetBytes);
  }

  @Test
  void aRandomMixTouchesEachBlockOncePerPass() {
    Workload workload = new Workload(Jobs.withOptions("rw=randrw"), ONE);
    Set<Long> offsets = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      workload.choose(workload.chooseDirection());
      offsets.add(workload.offsetBytes);
    }
    assertEquals(10, offsets.size());
    assertTrue(offsets.stream().allMatch(offset -> offset >= 8192 && offset < 8192 + 40_960));
  }

  @Test
  void withoutAMapBlocksRepeat() {
    Workload workload = new Workload(Jobs.withOptions("rw=randread\nnorandommap"), ONE);
    Set<Long> offsets = new HashSet<>();
    for (int i = 0; i < 30; i++) {
      workload.choose(Direction.READ);
      offsets.add(workload.offsetBytes);
    }
    assertTrue(offsets.size() <= 10);
    assertTrue(offsets.size() > 5);
  }

  @Test
  void theMixHasTheShareOfReadsAskedFor() {
    JobSpec job = Jobs.withOptions("rw=randrw\nrwmixread=70");
    Workload workload = new Workload(job, ONE);
    int reads = 0;
    for (int i = 0; i < 20_000; i++) {
      reads += workload.chooseDirection() == Direction.READ ? 1 : 0;
    }
    assertEquals(0.70, reads / 20_000.0, 0.02);
  }

  @Test
  void filesAreServedInTheOrderAskedFor() {
    List<FileRegion> files = List.of(new FileRegion("a", 0, 8192), new FileRegion("b", 0, 16_384));
    assertEquals(List.of(0, 1, 0, 1, 1, 1, 0), filesOf("rw=read", files, 7));
    assertEquals(
        List.of(0, 0, 1, 1, 1, 1, 0), filesOf("rw=read\nfile_service_type=sequential", files, 7));
  }

  @Test
  void aPassHasWholeBlocksOnly() {
    JobSpec job = Jobs.withOptions("bs=8k\nsize=1m\nio_size=50%\nloops=3");
    List<FileRegion> files = List.of(new FileRegion("a", 0, 20_000));
    assertEquals(16_384, Workload.passBytes(job, files));
    assertEquals(3 * 8192, IoLoop.targetBytes(job, files));
  }

  private static List<Integer> filesOf(String options, List<FileRegion> files, int count) {
    Workload workload = new Workload(Jobs.withOptions(options), files);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      workload.choose(Direction.READ);
      order.add(workload.file);
    }
    return order;
  }
}
