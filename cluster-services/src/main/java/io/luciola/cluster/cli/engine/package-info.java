/** {@code luciola engine}: looks after one disk and what is on it, while no node uses it. */
package io.luciola.cluster.cli.engine;
