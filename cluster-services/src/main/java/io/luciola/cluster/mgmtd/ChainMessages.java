package io.luciola.cluster.mgmtd;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTable;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.LocalTargetState;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import io.luciola.craq.membership.ReportedTarget;

/** Chains and reports between the protocol's messages and what decisions are made of. */
final class ChainMessages {

  private ChainMessages() {}

  static io.luciola.cluster.mgmtd.proto.Chain message(Chain chain) {
    io.luciola.cluster.mgmtd.proto.Chain.Builder built =
        io.luciola.cluster.mgmtd.proto.Chain.newBuilder()
            .setId(chain.id())
            .setVersion(chain.version());
    for (ChainTarget target : chain.targets()) {
      built.addTargets(
          io.luciola.cluster.mgmtd.proto.ChainTarget.newBuilder()
              .setTargetId(target.targetId())
              .setState(PublicTargetState.valueOf(target.state().name())));
    }
    return built.build();
  }

  static io.luciola.cluster.mgmtd.proto.ChainTable message(ChainTable table) {
    return io.luciola.cluster.mgmtd.proto.ChainTable.newBuilder()
        .setId(table.id())
        .setVersion(table.version())
        .addAllChainIds(table.chainIds())
        .addAllRoundStarts(table.roundStarts())
        .build();
  }

  static Chain chain(io.luciola.cluster.mgmtd.proto.Chain chain) {
    return new Chain(
        chain.getId(),
        chain.getVersion(),
        chain.getTargetsList().stream()
            .map(
                target ->
                    new ChainTarget(
                        target.getTargetId(),
                        io.luciola.chaintable.PublicTargetState.of(target.getStateValue())))
            .toList());
  }

  static ReportedTarget report(TargetReport report) {
    return new ReportedTarget(
        report.getTargetId(),
        LocalTargetState.of(report.getStateValue()),
        report.getChainVersion());
  }
}
