package io.luciola.target;

/**
 * A disk that could not be opened.
 *
 * @param index its place in the node's configuration
 * @param spec the device as configured
 * @param reason what is wrong and what to do, fit for the user
 */
public record DiskFailure(int index, String spec, String reason) {}
