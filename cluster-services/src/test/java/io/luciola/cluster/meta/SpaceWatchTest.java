package io.luciola.cluster.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.luciola.chaintable.allocation.ChainSpace;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.ChainTable;
import io.luciola.cluster.mgmtd.proto.ChainTarget;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import java.util.List;
import org.junit.jupiter.api.Test;

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
