package io.luciola.cluster.cli;

import io.luciola.cluster.service.Release;
import picocli.CommandLine.IVersionProvider;

/** What {@code luciola --version} prints. */
final class VersionText implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {"luciola " + Release.version()};
  }
}
