package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminCommand;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.mgmtd.proto.UploadChainTableRequest;
import io.luciola.cluster.mgmtd.proto.UploadChainTableResponse;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code luciola admin upload-chain-table}. */
@Command(
    name = "upload-chain-table",
    description = {
      "Makes the next version of a chain table, from which new files get their chains.",
      "Files keep the chains that they have. Nothing is made when the list is that of the newest"
          + " version."
    })
final class UploadChainTableVerb extends AdminCommand {

  @Parameters(index = "0", paramLabel = "TABLE", description = "Its id; files use table 1.")
  private int tableId;

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = {
        "One line for each chain, with its id, in the order of the table.",
        "A first line of names, empty lines and those that begin with # are passed over."
      })
  private Path file;

  @Override
  public Integer call() {
    UploadChainTableRequest.Builder request =
        UploadChainTableRequest.newBuilder().setTableId(tableId);
    for (NumberFile.Row row : NumberFile.read(file)) {
      if (row.numbers().size() != 1) {
        throw CommandFailure.usage(row.place() + ": one chain id is expected");
      }
      request.addChainIds(row.id());
    }
    UploadChainTableResponse answer = change(mgmtd -> mgmtd.uploadChainTable(request.build()));
    out()
        .printf(
            "chain table %d has these %d chains in version %d%s%n",
            tableId,
            request.getChainIdsCount(),
            answer.getVersion(),
            answer.getMade() ? "" : ", as before");
    return 0;
  }
}
