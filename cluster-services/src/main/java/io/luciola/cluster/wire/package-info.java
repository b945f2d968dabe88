/**
 * The frames of the data plane: what travels between data paths and storage nodes, to the byte. See
 * {@code docs/wire-format.md}.
 */
package io.luciola.cluster.wire;
