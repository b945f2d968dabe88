/** The {@code luciola} command: its verbs, exit codes and error texts. */
package io.luciola.cluster.cli;
