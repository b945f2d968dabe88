/**
 * The {@code luciola} command: its entry point, the verbs that run services, and what all verbs
 * share, such as exit codes and error texts. {@code ServiceVerbs} lists the verbs; each of the
 * larger ones has a package below:
 *
 * <ul>
 *   <li>{@code admin}: {@code luciola admin}
 *   <li>{@code chaintable}: {@code luciola chain-table}
 *   <li>{@code disk}: {@code luciola disk}
 *   <li>{@code engine}: {@code luciola engine}
 *   <li>{@code status}: what several verbs show of a cluster's state
 * </ul>
 *
 * <p>The packages of verbs know this one, which knows them in {@code ServiceVerbs} only. {@code
 * status} knows no other.
 */
package io.luciola.cluster.cli;
