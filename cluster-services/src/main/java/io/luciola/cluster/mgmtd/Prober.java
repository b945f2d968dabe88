package io.luciola.cluster.mgmtd;

import io.luciola.cluster.config.HostPort;
import io.luciola.craq.membership.ProbeOutcome;

/** Finds out whether anybody listens at an address. */
@FunctionalInterface
interface Prober {

  /** Tries every address behind a host; blocks for a short time at most. */
  ProbeOutcome probe(HostPort node);
}
