package io.luciola.cluster.storage;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The targets of a node, found by id without allocation. */
final class HostedTargets {

  private long[] ids = new long[0];
  private HostedTarget[] targets = new HostedTarget[0];

  @Nullable HostedTarget find(long targetId) {
    int index = Arrays.binarySearch(ids, targetId);
    return index < 0 ? null : targets[index];
  }

  void add(HostedTarget target) {
    targets = Arrays.copyOf(targets, targets.length + 1);
    targets[targets.length - 1] = target;
    Arrays.sort(targets, (a, b) -> Long.compare(a.targetId, b.targetId));
    ids = Arrays.stream(targets).mapToLong(each -> each.targetId).toArray();
  }

  void remove(HostedTarget target) {
    targets = Arrays.stream(targets).filter(each -> each != target).toArray(HostedTarget[]::new);
    ids = Arrays.stream(targets).mapToLong(each -> each.targetId).toArray();
  }

  int size() {
    return targets.length;
  }

  HostedTarget at(int index) {
    return targets[index];
  }
}
