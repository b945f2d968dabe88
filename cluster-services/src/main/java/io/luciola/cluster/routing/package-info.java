/** The routing copy by which data paths and storage nodes find chains, targets and nodes. */
package io.luciola.cluster.routing;
