/**
 * The one-process cluster: all services of a small cluster in one process, put together from their
 * own configurations.
 */
package io.luciola.cluster.assembly;
