package io.luciola.fuse.cli;

import io.luciola.cluster.cli.VerbProvider;
import io.luciola.fuse.ClusterSource;
import java.util.List;

/** The verbs of this module. */
public final class FuseVerbs implements VerbProvider {

  @Override
  public List<Object> verbs() {
    return List.of(new MountCommand(ClusterSource::connect), new UmountCommand());
  }
}
