package io.luciola.cluster.cli;

import picocli.CommandLine.IVersionProvider;

/** The software's version, from the jar's manifest. */
public final class Release implements IVersionProvider {

  /** The version, {@code development} when the classes don't come from a jar. */
  public static String version() {
    String version = Release.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"luciola " + version()};
  }
}
