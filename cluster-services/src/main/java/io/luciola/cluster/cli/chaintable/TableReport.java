package io.luciola.cluster.cli.chaintable;

import java.util.List;

/**
 * A table, made by one rule or several.
 *
 * @param stripe by which it is judged
 */
record TableReport(int table, int replicas, int stripe, List<RuleReport> rules) {}
