/**
 * Mgmtd, the cluster manager: who is there, which targets form which chain; and the client that
 * follows it.
 */
package io.luciola.cluster.mgmtd;
