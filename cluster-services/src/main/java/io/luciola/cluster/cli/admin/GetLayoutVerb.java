package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminQuery;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code luciola admin get-layout}. */
@Command(
    name = "get-layout",
    description = {
      "Shows on which chains the chunks of a file are,",
      "or what new files in a directory get, and which of that is its own."
    })
final class GetLayoutVerb extends AdminQuery<LayoutView> {

  @Parameters(
      index = "0",
      paramLabel = "PATH",
      description = "A file or a directory of the file system, from its root on.")
  private String path;

  @Override
  protected LayoutView select(GetStatusResponse status) {
    return askMeta(this::select);
  }

  private LayoutView select(Namespace namespace) {
    Inode inode = PathName.resolve(namespace, path);
    if (inode.getType() == FileType.DIRECTORY) {
      return LayoutView.ofDirectory(path, namespace.directoryLayout(inode.getId()));
    }
    if (inode.getType() != FileType.REGULAR) {
      throw CommandFailure.failed(path + " is neither a regular file nor a directory");
    }
    return LayoutView.ofFile(path, inode);
  }

  @Override
  protected void print(LayoutView layout, PrintWriter out) {
    layout.print(out);
  }
}
