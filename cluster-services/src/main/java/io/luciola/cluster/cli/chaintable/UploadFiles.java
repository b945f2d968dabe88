package io.luciola.cluster.cli.chaintable;

import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.chaintable.PlanReport.SlotPlan;
import io.luciola.cluster.cli.chaintable.PlanReport.TablePlan;
import io.luciola.cluster.cli.chaintable.PlanReport.TargetPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The files that {@code luciola admin} makes a planned table of: {@code targets.txt} with a command
 * for each target, {@code chains.csv} for upload-chains, {@code chain-table-ID.csv} for
 * upload-chain-table.
 *
 * <p>{@code create-target} gives out the next free id: targets and chains are numbered from the
 * first free ones of the cluster.
 */
final class UploadFiles {

  private final PlanReport plan;
  private final Map<Long, Long> targetIds = new HashMap<>();
  private final Map<Integer, Integer> chainIds = new HashMap<>();

  UploadFiles(PlanReport plan, long firstTargetId, int firstChainId) {
    this.plan = plan;
    plan.targets().forEach(target -> targetIds.put(target.id(), firstTargetId + targetIds.size()));
    for (TablePlan table : plan.chains()) {
      table.slots().forEach(slot -> chainIds.put(slot.chain(), firstChainId + chainIds.size()));
    }
  }

  /** Writes them; that they cannot be written is a {@link CommandFailure}. */
  void write(Path directory) {
    try {
      Files.createDirectories(directory);
      Files.write(directory.resolve("targets.txt"), targets());
      Files.write(directory.resolve("chains.csv"), chains());
      for (TablePlan table : plan.chains()) {
        Files.write(directory.resolve("chain-table-" + table.table() + ".csv"), table(table));
      }
    } catch (IOException unwritable) {
      throw CommandFailure.failed("files cannot be written to " + directory + ": " + unwritable);
    }
  }

  private List<String> targets() {
    List<String> lines = new ArrayList<>();
    for (TargetPlan target : plan.targets()) {
      lines.add(
          "luciola admin create-target --cluster \"$CLUSTER\" --node %d --disk %d --budget %dB # %d"
              .formatted(
                  target.node(), target.disk(), target.budgetBytes(), targetIds.get(target.id())));
    }
    return lines;
  }

  private List<String> chains() {
    List<String> lines = new ArrayList<>(List.of("chain,targets"));
    for (TablePlan table : plan.chains()) {
      for (SlotPlan slot : table.slots()) {
        lines.add(
            chainIds.get(slot.chain())
                + ","
                + slot.targets().stream()
                    .map(target -> targetIds.get(target).toString())
                    .collect(Collectors.joining(",")));
      }
    }
    return lines;
  }

  private List<String> table(TablePlan table) {
    List<String> lines = new ArrayList<>(List.of("chain,round"));
    table.slots().forEach(slot -> lines.add(chainIds.get(slot.chain()) + "," + (slot.round() + 1)));
    return lines;
  }
}
