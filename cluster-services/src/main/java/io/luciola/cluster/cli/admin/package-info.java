/**
 * {@code luciola admin}: looks into a cluster and changes its nodes, targets, chains, chain tables,
 * configuration and layouts. What concerns chunks is in {@code chunks}, disks that come and go in
 * {@code growth}; neither knows this package, whose {@code AdminVerb} lists all verbs.
 */
package io.luciola.cluster.cli.admin;
