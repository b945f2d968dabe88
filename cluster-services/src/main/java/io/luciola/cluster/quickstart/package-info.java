/**
 * {@code luciola quickstart}: the whole path shown once, from an empty directory to a mounted,
 * restarted, measured cluster.
 */
package io.luciola.cluster.quickstart;
