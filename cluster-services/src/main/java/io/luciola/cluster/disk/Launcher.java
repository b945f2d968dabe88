package io.luciola.cluster.disk;

/**
 * How {@code luciola} is started at boot.
 *
 * @param program absolute path of the command
 * @param javaHome the JDK that it takes
 */
public record Launcher(String program, String javaHome) {}
