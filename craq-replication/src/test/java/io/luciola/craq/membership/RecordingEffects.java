package io.luciola.craq.membership;

import io.luciola.chaintable.Chain;
import java.util.ArrayDeque;
import java.util.Deque;

/** Keeps what was asked for until a test takes it. */
final class RecordingEffects implements MembershipEffects {

  final Deque<Chain> persists = new ArrayDeque<>();
  final Deque<Integer> probes = new ArrayDeque<>();

  @Override
  public void persist(Chain next) {
    persists.add(next);
  }

  @Override
  public void probe(int nodeId) {
    probes.add(nodeId);
  }
}
