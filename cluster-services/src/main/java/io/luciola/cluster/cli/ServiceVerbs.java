package io.luciola.cluster.cli;

import io.luciola.cluster.cli.admin.AdminVerb;
import io.luciola.cluster.cli.chaintable.ChainTableVerb;
import io.luciola.cluster.cli.disk.DiskVerb;
import io.luciola.cluster.cli.engine.EngineVerb;
import io.luciola.cluster.disk.Launcher;
import io.luciola.cluster.disk.ProcessCommands;
import io.luciola.cluster.disk.SystemFiles;
import io.luciola.cluster.quickstart.QuickstartVerb;
import io.luciola.cluster.quickstart.RehearsalVerb;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The verbs of this module. */
public final class ServiceVerbs implements VerbProvider {

  private static final Duration COMMAND_LIMIT = Duration.ofMinutes(1);

  @Override
  public List<Object> verbs() {
    return List.of(
        new QuickstartVerb(),
        new RehearsalVerb(),
        new ClusterVerb(),
        new KvVerb(),
        new MgmtdVerb(),
        new MetaVerb(),
        new StorageVerb(),
        new AdminVerb(),
        new ChainTableVerb(),
        new SimVerb(),
        new EngineVerb(),
        new DiskVerb(
            new SystemFiles(Path.of("/")), new ProcessCommands(COMMAND_LIMIT), launcher()));
  }

  private static Optional<Launcher> launcher() {
    return Optional.ofNullable(System.getProperty("luciola.launcher"))
        .map(program -> new Launcher(program, System.getProperty("java.home")));
  }
}
