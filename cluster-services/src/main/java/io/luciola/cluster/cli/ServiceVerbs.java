package io.luciola.cluster.cli;

import io.luciola.cluster.quickstart.QuickstartVerb;
import io.luciola.cluster.quickstart.RehearsalVerb;
import java.util.List;

/** The verbs of this module. */
public final class ServiceVerbs implements VerbProvider {

  @Override
  public List<Object> verbs() {
    return List.of(
        new QuickstartVerb(),
        new RehearsalVerb(),
        new ClusterVerb(),
        new MgmtdVerb(),
        new MetaVerb(),
        new StorageVerb(),
        new EngineVerb());
  }
}
