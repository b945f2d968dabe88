/** {@code luciola chain-table}: plans, compares and shows chain tables for people. */
package io.luciola.cluster.cli.chaintable;
