/**
 * What a cluster's state looks like to people: Mgmtd's one answer, by node, chain and slot, with
 * what to do about what is not well. {@code luciola cluster} and {@code luciola admin} print it.
 *
 * <p>Everything here is made from one {@code GetStatusResponse} and asks nobody.
 */
package io.luciola.cluster.cli.status;
