package io.luciola.cluster.kv;

import java.util.concurrent.CompletableFuture;

/** A transaction on its way through the committer. */
final class CommitRequest {

  final long readVersion;
  final long startNs;
  final KeyRanges readConflicts;
  final KeyRanges writeConflicts;
  final WriteSet writes;

  /** The commit version, or a {@link KvException}. */
  final CompletableFuture<Long> outcome = new CompletableFuture<>();

  CommitRequest(
      long readVersion,
      long startNs,
      KeyRanges readConflicts,
      KeyRanges writeConflicts,
      WriteSet writes) {
    this.readVersion = readVersion;
    this.startNs = startNs;
    this.readConflicts = readConflicts;
    this.writeConflicts = writeConflicts;
    this.writes = writes;
  }
}
