package io.luciola.cluster.cli.admin.growth;

import io.luciola.cluster.cli.AdminQuery;
import io.luciola.cluster.cli.status.NodeSlots;
import io.luciola.cluster.cli.status.SlotView;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code luciola admin list-disks}. */
@Command(
    name = "list-disks",
    description = {
      "Lists all slots of all storage nodes: what their nodes say of the disks, and which targets"
          + " are on them.",
      "UNKNOWN are targets on a disk that the cluster does not know; see retire-target."
    })
public final class ListDisksVerb extends AdminQuery<List<SlotView>> {

  @Override
  protected List<SlotView> select(GetStatusResponse status) {
    return new NodeSlots(status).all();
  }

  @Override
  protected void print(List<SlotView> slots, PrintWriter out) {
    SlotView.print(slots, out);
  }
}
