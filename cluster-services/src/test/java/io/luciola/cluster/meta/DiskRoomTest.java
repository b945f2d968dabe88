package io.luciola.cluster.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.cluster.mgmtd.proto.DiskReport;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.NodeDisks;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;

class DiskRoomTest {

  private static final long MOST_BYTES = 1L << 45;
  private static final String UUID = "0123456789abcdef0123456789abcdef";

  /** What a target may hold and holds. */
  record Filled(long budgetBytes, long usedBytes) {
    long withinBudget() {
      return Math.max(0, budgetBytes - usedBytes);
    }
  }

  @Property
  void targetsOfADiskShareItsRoom(
      @ForAll @Size(min = 1, max = 16) List<@From("filled") Filled> targets,
      @ForAll @LongRange(min = 1, max = 16 * MOST_BYTES) long sizeBytes,
      @ForAll @LongRange(max = MOST_BYTES) long orphansBytes) {
    long usedBytes = orphansBytes + targets.stream().mapToLong(Filled::usedBytes).sum();
    DiskRoom room = new DiskRoom(status(targets, sizeBytes, usedBytes));

    long roomBytes = Math.max(0, sizeBytes - usedBytes);
    long askedBytes = targets.stream().mapToLong(Filled::withinBudget).sum();
    boolean enough = roomBytes >= askedBytes;
    Statistics.collect(enough);
    Statistics.coverage(
        either -> {
          either.check(true).percentage(percent -> percent > 5);
          either.check(false).percentage(percent -> percent > 5);
        });
    long sumBytes = 0;
    for (int id = 1; id <= targets.size(); id++) {
      Filled target = targets.get(id - 1);
      long freeBytes = room.freeBytes(id);
      assertTrue(freeBytes >= 0 && freeBytes <= target.withinBudget());
      assertEquals(
          enough ? target.withinBudget() : share(target.withinBudget(), roomBytes, askedBytes),
          freeBytes);
      assertEquals(
          Math.min(target.budgetBytes(), target.usedBytes() + freeBytes), room.totalBytes(id));
      sumBytes += freeBytes;
    }
    assertTrue(sumBytes <= roomBytes);
    assertTrue(sumBytes > Math.min(roomBytes, askedBytes) - targets.size(), "but for rounding");
  }

  @Provide
  Arbitrary<Filled> filled() {
    Arbitrary<Long> bytes = Arbitraries.longs().between(0, MOST_BYTES);
    return Combinators.combine(bytes, bytes).as(Filled::new);
  }

  private static long share(long ofTarget, long roomBytes, long askedBytes) {
    return BigInteger.valueOf(ofTarget)
        .multiply(BigInteger.valueOf(roomBytes))
        .divide(BigInteger.valueOf(askedBytes))
        .longValueExact();
  }

  @Test
  void budgetsThatAddUpBeyondTheLargestNumberAreShared() {
    Filled boundless = new Filled(Long.MAX_VALUE, 0);
    DiskRoom room = new DiskRoom(status(List.of(boundless, boundless, boundless), 3000, 0));
    assertEquals(1000, room.freeBytes(3));
    assertEquals(1000, room.totalBytes(3));
  }

  @Test
  void aTargetThatHasNotReportedIsReckonedWithItsBudget() {
    Filled empty = new Filled(1000, 0);
    GetStatusResponse status = status(List.of(empty, empty), 1000, 0);
    DiskRoom room = new DiskRoom(status.toBuilder().removeTargets(1).build());
    assertEquals(500, room.freeBytes(1));
    assertNull(room.freeBytes(2));
    assertEquals(1000, room.totalBytes(2));
  }

  @Test
  void ofATargetThatTheMapLacksNothingIsKnown() {
    DiskRoom room = new DiskRoom(status(List.of(), 1000, 0));
    assertNull(room.freeBytes(1));
    assertEquals(0, room.totalBytes(1));
  }

  /** Targets 1, 2, … on one disk. */
  private static GetStatusResponse status(List<Filled> targets, long sizeBytes, long usedBytes) {
    GetStatusResponse.Builder status = GetStatusResponse.newBuilder();
    RoutingMap.Builder map = status.getRoutingBuilder();
    for (int id = 1; id <= targets.size(); id++) {
      Filled target = targets.get(id - 1);
      map.addTargets(
          Target.newBuilder()
              .setId(id)
              .setNodeId(1)
              .setDiskUuid(UUID)
              .setBudgetBytes(target.budgetBytes()));
      status.addTargets(TargetReport.newBuilder().setTargetId(id).setUsedBytes(target.usedBytes()));
    }
    return status
        .addDisks(
            NodeDisks.newBuilder()
                .setNodeId(1)
                .addDisks(
                    DiskReport.newBuilder()
                        .setUuid(UUID)
                        .setState(DiskReport.State.SERVING)
                        .setSizeBytes(sizeBytes)
                        .setUsedBytes(usedBytes)))
        .build();
  }
}
