package io.luciola.cluster.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.luciola.chaintable.allocation.ChainSpace;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.ChainTable;
import io.luciola.cluster.mgmtd.proto.ChainTarget;
import io.luciola.cluster.mgmtd.proto.DiskReport;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.NodeDisks;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SpaceWatchTest {

  private static final String UUID = "0123456789abcdef0123456789abcdef";

  /** Chain 1 of targets 11 and 12, chain 2 of 21 and 22, of 1000 bytes each; table 1 has both. */
  private static RoutingMap.Builder map() {
    RoutingMap.Builder map = RoutingMap.newBuilder().setVersion(1);
    for (int chain = 1; chain <= 2; chain++) {
      Chain.Builder members = Chain.newBuilder().setId(chain).setVersion(1);
      for (int place = 1; place <= 2; place++) {
        long id = chain * 10L + place;
        map.addTargets(
            Target.newBuilder()
                .setId(id)
                .setNodeId(place)
                .setDiskUuid(UUID)
                .setChainId(chain)
                .setBudgetBytes(1000));
        members.addTargets(
            ChainTarget.newBuilder().setTargetId(id).setState(PublicTargetState.SERVING));
      }
      map.addChains(members);
    }
    return map.addChainTables(
        ChainTable.newBuilder().setId(1).setVersion(1).addAllChainIds(List.of(1, 2)));
  }

  private static GetStatusResponse status(RoutingMap.Builder map, long... idsAndUsedBytes) {
    GetStatusResponse.Builder status = GetStatusResponse.newBuilder().setRouting(map);
    for (int i = 0; i < idsAndUsedBytes.length; i += 2) {
      status.addTargets(
          TargetReport.newBuilder()
              .setTargetId(idsAndUsedBytes[i])
              .setUsedBytes(idsAndUsedBytes[i + 1]));
    }
    return status.build();
  }

  /** All targets of each chain have used as much. */
  private static GetStatusResponse reported(long usedOfChain1, long usedOfChain2) {
    return status(map(), 11, usedOfChain1, 12, usedOfChain1, 21, usedOfChain2, 22, usedOfChain2);
  }

  /** Has a node report the disk on which its targets are; it serves unless the report says else. */
  private static void disk(
      GetStatusResponse.Builder status, int nodeId, DiskReport.Builder report) {
    if (report.getState() == DiskReport.State.UNKNOWN) {
      report.setState(DiskReport.State.SERVING);
    }
    status.addDisks(NodeDisks.newBuilder().setNodeId(nodeId).addDisks(report.setUuid(UUID)));
  }

  @Test
  void aChainHasTheSpaceOfItsFullestReplica() {
    ClusterSpace space =
        SpaceWatch.of(status(map(), 11, 300, 12, 400, 21, 0, 22, 1200), ClusterSpace.UNKNOWN);
    assertEquals(new ChainSpace(1000, 600, true), space.chains().get(1));
    assertEquals(new ChainSpace(1000, 0, true), space.chains().get(2));
    assertEquals(2000, space.totalBytes());
    assertEquals(600, space.freeBytes());
  }

  @Test
  void aChainThatLacksAReplicaIsNotComplete() {
    RoutingMap.Builder map = map();
    map.getChainsBuilder(0).getTargetsBuilder(1).setState(PublicTargetState.OFFLINE);
    ClusterSpace space = SpaceWatch.of(status(map, 11, 300, 12, 200), ClusterSpace.UNKNOWN);
    assertEquals(new ChainSpace(1000, 700, false), space.chains().get(1));
  }

  @Test
  void aNewMgmtdThatHasHeardNobodyMakesNothingFree() {
    ClusterSpace known =
        SpaceWatch.of(status(map(), 11, 900, 12, 900, 21, 100, 22, 100), ClusterSpace.UNKNOWN);
    ClusterSpace space = SpaceWatch.of(status(map(), 12, 950), known);
    assertEquals(50, space.chains().get(1).freeBytes());
    assertEquals(900, space.chains().get(2).freeBytes());
  }

  @Test
  void beforeAnybodyWasHeardTotalAndFreeAreAsTheyWere() {
    GetStatusResponse.Builder status = reported(100, 100).toBuilder();
    disk(status, 1, DiskReport.newBuilder().setSizeBytes(1000).setUsedBytes(800));
    ClusterSpace known = SpaceWatch.of(status.build(), ClusterSpace.UNKNOWN);
    assertEquals(new ChainSpace(200, 100, true), known.chains().get(1));
    assertEquals(known, SpaceWatch.of(status(map()), known));
  }

  @Test
  void aDiskWithRoomForItsBudgetsChangesNothing() {
    GetStatusResponse.Builder status = reported(300, 400).toBuilder();
    disk(status, 1, DiskReport.newBuilder().setSizeBytes(2000).setUsedBytes(700));
    assertEquals(
        SpaceWatch.of(reported(300, 400), ClusterSpace.UNKNOWN),
        SpaceWatch.of(status.build(), ClusterSpace.UNKNOWN));
  }

  @Test
  void targetsShareTheRoomOfADiskThatHasLessThanTheirBudgets() {
    GetStatusResponse.Builder status = reported(200, 600).toBuilder();
    disk(status, 1, DiskReport.newBuilder().setSizeBytes(1500).setUsedBytes(1200)); // 400 of others

    ClusterSpace space = SpaceWatch.of(status.build(), ClusterSpace.UNKNOWN);

    assertEquals(
        new ChainSpace(400, 200, true), space.chains().get(1), "800 of 1200 that 300 take");
    assertEquals(new ChainSpace(700, 100, true), space.chains().get(2));
    assertEquals(1100, space.totalBytes());
    assertEquals(300, space.freeBytes());
  }

  @Test
  void targetsTheMapHasInNoChainHaveTheirShareToo() {
    GetStatusResponse.Builder status = reported(0, 0).toBuilder();
    status
        .getRoutingBuilder()
        .addTargets(
            Target.newBuilder().setId(99).setNodeId(1).setDiskUuid(UUID).setBudgetBytes(2000));
    disk(status, 1, DiskReport.newBuilder().setSizeBytes(2000));
    ClusterSpace space = SpaceWatch.of(status.build(), ClusterSpace.UNKNOWN);
    assertEquals(new ChainSpace(500, 500, true), space.chains().get(1));
  }

  @Test
  void aDiskFilledBeyondItsSizeHasNoRoom() {
    GetStatusResponse.Builder status = reported(500, 700).toBuilder();
    disk(status, 1, DiskReport.newBuilder().setSizeBytes(1100).setUsedBytes(1200));
    ClusterSpace space = SpaceWatch.of(status.build(), ClusterSpace.UNKNOWN);
    assertEquals(new ChainSpace(500, 0, true), space.chains().get(1));
    assertEquals(new ChainSpace(700, 0, true), space.chains().get(2));
  }

  @ParameterizedTest
  @EnumSource(
      value = DiskReport.Level.class,
      names = {"REJECT", "FULL"})
  void aDiskThatRefusesNewChunksTakesNothing(DiskReport.Level level) {
    GetStatusResponse.Builder status = reported(300, 400).toBuilder();
    disk(status, 1, DiskReport.newBuilder().setLevel(level).setSizeBytes(9000).setUsedBytes(700));
    ClusterSpace space = SpaceWatch.of(status.build(), ClusterSpace.UNKNOWN);
    assertEquals(new ChainSpace(300, 0, true), space.chains().get(1));
    assertEquals(new ChainSpace(400, 0, true), space.chains().get(2));
  }

  @Test
  void aDiskThatIsLowRefusesNothing() {
    GetStatusResponse.Builder status = reported(300, 400).toBuilder();
    disk(
        status,
        1,
        DiskReport.newBuilder()
            .setLevel(DiskReport.Level.LOW)
            .setSizeBytes(9000)
            .setUsedBytes(700));
    assertEquals(
        new ChainSpace(1000, 700, true),
        SpaceWatch.of(status.build(), ClusterSpace.UNKNOWN).chains().get(1));
  }

  @Test
  void chainsWithATargetOnAFailedDiskAreNotComplete() {
    GetStatusResponse.Builder status = reported(300, 400).toBuilder();
    disk(status, 2, DiskReport.newBuilder().setState(DiskReport.State.FAILED));
    ClusterSpace space = SpaceWatch.of(status.build(), ClusterSpace.UNKNOWN);
    assertEquals(new ChainSpace(1000, 700, false), space.chains().get(1));
    assertEquals(new ChainSpace(1000, 600, false), space.chains().get(2));
  }

  @Test
  void theSlotThatADiskLeftOnAnotherNodeDoesNotCount() {
    GetStatusResponse.Builder status = reported(300, 400).toBuilder();
    disk(status, 3, DiskReport.newBuilder().setState(DiskReport.State.FAILED));
    assertEquals(
        SpaceWatch.of(reported(300, 400), ClusterSpace.UNKNOWN),
        SpaceWatch.of(status.build(), ClusterSpace.UNKNOWN));
  }

  @Test
  void aDiskThatDoesNotSayItsSizeLeavesTheBudgets() {
    GetStatusResponse.Builder status = reported(300, 400).toBuilder();
    disk(status, 1, DiskReport.newBuilder());
    assertEquals(
        SpaceWatch.of(reported(300, 400), ClusterSpace.UNKNOWN),
        SpaceWatch.of(status.build(), ClusterSpace.UNKNOWN));
  }

  @Test
  void whatIsInNoTableDoesNotCount() {
    RoutingMap.Builder map = map();
    map.addChainTables(ChainTable.newBuilder().setId(1).setVersion(2).addChainIds(2));
    ClusterSpace space = SpaceWatch.of(status(map), ClusterSpace.UNKNOWN);
    assertEquals(1000, space.totalBytes());
    assertEquals(1000, space.freeBytes());
  }

  @Test
  void withoutATableNothingIsKnown() {
    assertEquals(
        ClusterSpace.UNKNOWN,
        SpaceWatch.of(GetStatusResponse.getDefaultInstance(), ClusterSpace.UNKNOWN));
  }
}
