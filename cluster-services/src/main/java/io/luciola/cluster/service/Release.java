package io.luciola.cluster.service;

/** The software's version, from the jar's manifest. */
public final class Release {

  private Release() {}

  /** The version, {@code development} when the classes don't come from a jar. */
  public static String version() {
    String version = Release.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
