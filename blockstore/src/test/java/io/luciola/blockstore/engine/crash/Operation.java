package io.luciola.blockstore.engine.crash;

import java.util.List;

/** One step of a workload; what it says is enough to repeat it. */
sealed interface Operation {

  /** Prepares one update. */
  record Prepare(Change change) implements Operation {}

  /** Prepares, waits until the update is pending, and commits it. */
  record Update(Change change) implements Operation {}

  /** Prepares several updates, all or none. */
  record PrepareAll(List<Change> changes) implements Operation {}

  /** Commits what is pending. */
  record Commit(int chunk) implements Operation {}

  /** Commits what is pending in several chunks, all or none. */
  record CommitAll(List<Integer> chunks) implements Operation {}

  /** Drops what is pending. */
  record Discard(int chunk) implements Operation {}

  /** Reads a range of the committed or the pending version. */
  record Read(int chunk, boolean pending, int offset, int length) implements Operation {}

  /** Makes everything durable. */
  record Sync() implements Operation {}

  /** Creates a target, or changes its budget. */
  record CreateTarget(long target, long budgetBytes) implements Operation {}

  /** Removes a target with all its chunks. */
  record RemoveTarget(long target) implements Operation {}

  /** Closes in order and opens again. */
  record Reopen() implements Operation {}

  /** Lets the engine work for so many rounds. */
  record Work(int rounds) implements Operation {}
}
