package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminCommand;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.mgmtd.proto.NewChain;
import io.luciola.cluster.mgmtd.proto.UploadChainsRequest;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code luciola admin upload-chains}. */
@Command(
    name = "upload-chains",
    description = {
      "Makes chains out of targets that were never in a chain.",
      "Chains that exist with the same targets stay as they are."
    })
final class UploadChainsVerb extends AdminCommand {

  @Parameters(
      paramLabel = "FILE",
      description = {
        "One line for each chain: its id and its targets, head first, separated by commas.",
        "A first line of names, empty lines and those that begin with # are passed over."
      })
  private Path file;

  @Override
  public Integer call() {
    UploadChainsRequest.Builder request = UploadChainsRequest.newBuilder();
    for (NumberFile.Row row : NumberFile.read(file)) {
      if (row.numbers().size() < 2) {
        throw CommandFailure.usage(row.place() + ": a chain has an id and at least one target");
      }
      request.addChains(
          NewChain.newBuilder()
              .setId(row.id())
              .addAllTargetIds(row.numbers().subList(1, row.numbers().size())));
    }
    int made = change(mgmtd -> mgmtd.uploadChains(request.build())).getMade();
    out().printf("%d chains are made, %d existed%n", made, request.getChainsCount() - made);
    return 0;
  }
}
