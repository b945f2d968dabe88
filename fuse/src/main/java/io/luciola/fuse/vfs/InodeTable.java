package io.luciola.fuse.vfs;

import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.meta.proto.Inode;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The states of open files, one per inode, shared by its handles and gone with the last. */
final class InodeTable {

  private final Namespace namespace;
  private final ConcurrentHashMap<Long, Shared> states = new ConcurrentHashMap<>();

  InodeTable(Namespace namespace) {
    this.namespace = namespace;
  }

  /** The state of an inode with one more user. */
  InodeState acquire(Inode attributes) {
    Shared shared =
        states.compute(
            attributes.getId(),
            (id, present) ->
                present == null
                    ? new Shared(new InodeState(namespace, attributes), 1)
                    : new Shared(present.state, present.users + 1));
    shared.state.adopt(attributes);
    return shared.state;
  }

  /** One user less. */
  void release(InodeState state) {
    states.computeIfPresent(
        state.inode(),
        (id, present) -> present.users == 1 ? null : new Shared(present.state, present.users - 1));
  }

  /** The state of an inode that is open, or null. */
  @Nullable InodeState find(long inode) {
    Shared shared = states.get(inode);
    return shared == null ? null : shared.state;
  }

  /** Meta's attributes with what this mount knows better. */
  Inode overlay(Inode attributes) {
    InodeState state = find(attributes.getId());
    return state == null ? attributes : state.overlay(attributes);
  }

  /** All that are open. */
  Collection<InodeState> open() {
    return List.copyOf(states.values()).stream().map(Shared::state).toList();
  }

  private record Shared(InodeState state, int users) {}
}
