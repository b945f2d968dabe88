package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminCommand;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.mgmtd.proto.UploadChainTableRequest;
import io.luciola.cluster.mgmtd.proto.UploadChainTableResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        "One line for each chain, with its id, in the order of the table; behind a comma the number"
            + " of its round, where the table has several.",
        "A first line of names, empty lines and those that begin with # are passed over."
      })
  private Path file;

  @Override
  public Integer call() {
    UploadChainTableRequest.Builder request =
        UploadChainTableRequest.newBuilder().setTableId(tableId);
    Rounds rounds = new Rounds();
    for (NumberFile.Row row : NumberFile.read(file)) {
      rounds.add(row);
      request.addChainIds(row.id());
    }
    request.addAllRoundStarts(rounds.starts);
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

  /** Finds out where rounds begin, as the lines of the file come. */
  private static final class Rounds {
    private final List<Integer> starts = new ArrayList<>();
    private int slot;
    private int fields;
    private long last;

    void add(NumberFile.Row row) {
      int found = row.numbers().size();
      if (found > 2) {
        throw CommandFailure.usage(row.place() + ": a chain id, and perhaps a round, is expected");
      }
      if (slot > 0 && found != fields) {
        throw CommandFailure.usage(row.place() + ": a round is named in all lines or in none");
      }
      fields = found;
      if (found == 2) {
        long round = row.numbers().getLast();
        if (round < last) {
          throw CommandFailure.usage(
              row.place() + ": rounds follow one another, " + last + " before");
        }
        if (round != last || slot == 0) {
          starts.add(slot);
        }
        last = round;
      }
      slot++;
    }
  }
}
