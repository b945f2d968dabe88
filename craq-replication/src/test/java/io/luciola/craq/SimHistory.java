package io.luciola.craq;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What clients asked and saw, per chunk; and whether some order of the updates and reads, each
 * between its beginning and its end, explains it.
 */
final class SimHistory {

  private static final long NEVER = Long.MAX_VALUE;

  /** Sound histories need some hundreds; only unexplainable ones would run on. */
  private static final int MAX_STATES = 200_000;

  static final class Op {
    final boolean read;
    final int kind;
    final int offset;
    final long data;
    final long beganNs;
    long endedNs = NEVER;
    long seen;

    Op(boolean read, int kind, int offset, long data, long beganNs) {
      this.read = read;
      this.kind = kind;
      this.offset = offset;
      this.data = data;
      this.beganNs = beganNs;
    }

    @Override
    public String toString() {
      return (read
              ? "read -> " + Long.toHexString(seen)
              : "kind " + kind + " at " + offset + " of " + Long.toHexString(data))
          + " ["
          + beganNs / 1000
          + ","
          + (endedNs == NEVER ? "?" : endedNs / 1000)
          + "]";
    }
  }

  private record State(long done, long content) {}

  private final Map<Long, List<Op>> chunks = new TreeMap<>();

  Op begin(long chunk, boolean read, int kind, int offset, long data, long nowNs) {
    Op op = new Op(read, kind, offset, data, nowNs);
    chunks.computeIfAbsent(chunk, c -> new ArrayList<>()).add(op);
    return op;
  }

  int size(long chunk) {
    return chunks.getOrDefault(chunk, List.of()).size();
  }

  /** The chunks whose history no order explains. */
  List<String> violations() {
    List<String> found = new ArrayList<>();
    chunks.forEach(
        (chunk, all) -> {
          // A read without an answer says nothing.
          List<Op> ops = all.stream().filter(op -> !op.read || op.endedNs != NEVER).toList();
          if (ops.size() > 64) {
            throw new AssertionError("more than 64 operations on chunk " + chunk);
          }
          if (!explain(ops, 0, SimContent.ABSENT, new HashSet<>())) {
            found.add("chunk " + chunk + " is not linearizable: " + ops);
          }
        });
    return found;
  }

  private static boolean explain(List<Op> ops, long done, long content, Set<State> tried) {
    long firstEnd = NEVER;
    for (int i = 0; i < ops.size(); i++) {
      if ((done & (1L << i)) == 0) {
        firstEnd = Math.min(firstEnd, ops.get(i).endedNs);
      }
    }
    if (firstEnd == NEVER) {
      return true;
    }
    if (tried.size() > MAX_STATES || !tried.add(new State(done, content))) {
      return false;
    }
    for (int i = 0; i < ops.size(); i++) {
      Op op = ops.get(i);
      if (op.read && open(ops, done, i, firstEnd) && op.seen == content) {
        return explain(ops, done | (1L << i), content, tried);
      }
    }
    for (int i = 0; i < ops.size(); i++) {
      Op op = ops.get(i);
      if (!op.read && open(ops, done, i, firstEnd)) {
        long after = SimContent.apply(content, op.kind, op.offset, op.data);
        if (explain(ops, done | (1L << i), after, tried)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean open(List<Op> ops, long done, int i, long firstEnd) {
    return (done & (1L << i)) == 0 && ops.get(i).beganNs <= firstEnd;
  }
}
