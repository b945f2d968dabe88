/** In which forms verbs print what they found. */
package io.luciola.cluster.cli.output;
