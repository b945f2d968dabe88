package io.luciola.cluster.config;

/**
 * A configuration file is missing or wrong; the message names the file, the key and what is
 * expected.
 */
public final class ConfigException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The message is all that the user sees. */
  public ConfigException(String message) {
    super(message, null, false, false);
  }
}
