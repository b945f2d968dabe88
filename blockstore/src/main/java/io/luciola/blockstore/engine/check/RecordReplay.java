package io.luciola.blockstore.engine.check;

import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.format.Entry;
import org.jspecify.annotations.Nullable;

/** Carries out what records say on what the checkpoint knew. */
final class RecordReplay implements RecordWalk.Visitor {

  private static final int MAX_JOURNALED = 17;

  private final StoredState state;
  private final Findings findings;

  RecordReplay(StoredState state, Findings findings) {
    this.state = state;
    this.findings = findings;
  }

  @Override
  public void onEntry(Entry entry, long sequence, long dataOffset) {
    findings.unmute();
    switch (entry.type()) {
      case Entry.TARGET -> target(entry);
      case Entry.REMOVING -> removing(entry);
      case Entry.REMOVED -> removed(entry);
      default -> {
        if (!isOfRemoved(entry)) {
          ofChunk(entry, sequence, dataOffset);
        }
      }
    }
    findings.mute();
  }

  private void ofChunk(Entry entry, long sequence, long dataOffset) {
    switch (entry.type()) {
      case Entry.PREPARED -> prepared(entry, sequence, dataOffset);
      case Entry.COMMITTED -> ended(entry, true);
      default -> ended(entry, false);
    }
  }

  private void removing(Entry entry) {
    CheckedTarget target = targetOf(entry);
    if (target == null || target.removing) {
      findings.error("the journal removes a target that does not exist: " + entry.targetId());
      return;
    }
    state.dropChunks(target);
    target.removing = true;
  }

  private void removed(Entry entry) {
    CheckedTarget target = targetOf(entry);
    if (target == null || !target.removing) {
      findings.error("the journal ends a removal that did not begin: " + entry.targetId());
      return;
    }
    target.gone = true;
  }

  private boolean isOfRemoved(Entry entry) {
    CheckedTarget target = targetOf(entry);
    return target != null && target.removing;
  }

  private @Nullable CheckedTarget targetOf(Entry entry) {
    int number = state.targetNumber(entry.targetId());
    return number < 0 ? null : state.targets.get(number);
  }

  private void target(Entry entry) {
    CheckedTarget target = targetOf(entry);
    if (target == null) {
      target = new CheckedTarget(entry.targetId());
      if (!state.addTarget(target)) {
        findings.error("the journal makes one target too many: " + entry.targetId());
        return;
      }
    } else if (target.removing) {
      findings.error("the journal creates a target that is being removed: " + entry.targetId());
      return;
    }
    target.budgetBytes = entry.version();
    target.lossy = (entry.flags() & Entry.LOSSY) != 0;
  }

  private void prepared(Entry entry, long sequence, long dataOffset) {
    ChunkName name = RecordWalk.nameOf(entry);
    int target = state.targetNumber(entry.targetId());
    if (target < 0) {
      contradiction(name, "an update of it names a target that does not exist");
      return;
    }
    CheckedUpdate update = load(entry, sequence, dataOffset);
    CheckedChunk chunk = state.touched(name);
    if (chunk == null) {
      if (!update.fresh) {
        if (!state.mayLack(name)) {
          contradiction(name, "an update changes it, but it does not exist");
        }
        return;
      }
      chunk = state.add(name, target);
    }
    // Of a chunk that was lost nobody knows the version.
    boolean versionKnown = chunk.version > 0 || !state.mayLack(name);
    String problem = problemOf(chunk, update, versionKnown);
    if (problem != null) {
      contradiction(name, problem);
      return;
    }
    if (update.fresh) {
      problem = state.take(update.extent, update.order);
      if (problem != null) {
        contradiction(name, "of its pending update, " + problem);
        return;
      }
    } else {
      update.extent = chunk.extent;
      update.order = chunk.order;
    }
    chunk.pending = update;
    if ((entry.flags() & Entry.CHECKSUMS_IN_PAGES) == 0) {
      takeChecksums(entry, chunk, update);
    }
  }

  private void takeChecksums(Entry entry, CheckedChunk chunk, CheckedUpdate update) {
    if (update.kind == ChunkUpdate.REMOVE) {
      return;
    }
    int from = update.fresh ? 0 : CheckedChunk.blocks(chunk.lengthBytes);
    int end = CheckedChunk.blocks(update.lengthBytes);
    state.checksums.putHoles(update.extent + from, Math.max(0, end - from));
    for (int i = 0; i < update.directCount; i++) {
      state.checksums.put(update.extent + update.directFirst + i, entry.checksum(i));
    }
  }

  private static CheckedUpdate load(Entry entry, long sequence, long dataOffset) {
    CheckedUpdate update = new CheckedUpdate();
    update.kind = entry.kind();
    update.version = entry.version();
    update.chainVersion = entry.chainVersion();
    update.fresh = (entry.flags() & Entry.FRESH) != 0;
    update.extent = entry.extent();
    update.order = entry.order();
    update.lengthBytes = entry.contentLengthBytes();
    update.digest = entry.digest();
    update.directFirst = entry.directFirst();
    update.directCount = entry.directCount();
    update.punchedFirst = entry.punchedFirst();
    update.punchedCount = entry.punchedCount();
    update.sequence = sequence;
    int journaled = entry.journaledCount();
    update.journaledBlock = new int[journaled];
    update.journaledChecksum = new int[journaled];
    update.journaledOffset = new long[journaled];
    for (int i = 0; i < journaled; i++) {
      update.journaledBlock[i] = entry.journaledBlock(i);
      update.journaledChecksum[i] = entry.journaledChecksum(i);
      update.journaledOffset[i] = dataOffset + i * 4096L;
    }
    return update;
  }

  /** Why an update cannot be one of this chunk, or null. */
  private static @Nullable String problemOf(
      CheckedChunk chunk, CheckedUpdate update, boolean versionKnown) {
    if (chunk.pending != null) {
      return "an update of it meets another pending one";
    }
    if (update.kind < ChunkUpdate.WRITE || update.kind > ChunkUpdate.INSTALL) {
      return "its pending update is of an unknown kind: " + update.kind;
    }
    if (update.kind == ChunkUpdate.REMOVE) {
      return update.fresh ? "its removal takes space" : null;
    }
    boolean follows = ChunkUpdate.mayFollow(update.kind, update.version, chunk.version);
    if (versionKnown && !follows) {
      return "its pending version " + update.version + " does not follow " + chunk.version;
    }
    int order = update.fresh ? update.order : chunk.order;
    if (order < 0 || order > 14) {
      return "its pending update has an extent of order " + order;
    }
    int capacity = 1 << order;
    int blocks = CheckedChunk.blocks(update.lengthBytes);
    if (update.lengthBytes < 0
        || blocks > capacity
        || !isInside(update.directFirst, update.directCount, blocks)
        || !isInside(update.punchedFirst, update.punchedCount, blocks)
        || update.journaledBlock.length > MAX_JOURNALED) {
      return "its pending update is larger than its extent or its length";
    }
    for (int block : update.journaledBlock) {
      if (block < 0 || block >= blocks || update.fresh) {
        return "its pending update has a journaled block " + block + " where none can be";
      }
    }
    return null;
  }

  private static boolean isInside(int first, int count, int end) {
    return count == 0 || (first >= 0 && count > 0 && first <= end - count);
  }

  private void ended(Entry entry, boolean committed) {
    ChunkName name = RecordWalk.nameOf(entry);
    CheckedChunk chunk = state.touched(name);
    CheckedUpdate update = chunk == null ? null : chunk.pending;
    if (chunk == null || update == null || update.version != entry.version()) {
      if (!state.mayLack(name)) {
        contradiction(name, "an update of it ends that is not there");
      }
      return;
    }
    chunk.pending = null;
    if (committed) {
      chunk.chainVersion = entry.chainVersion();
      commit(chunk, update);
    } else if (update.fresh) {
      state.free(update.extent, update.order, update.lengthBytes);
    }
  }

  private void commit(CheckedChunk chunk, CheckedUpdate update) {
    if (update.kind == ChunkUpdate.REMOVE) {
      state.free(chunk.extent, chunk.order, chunk.lengthBytes);
      chunk.version = 0;
      return;
    }
    if (update.fresh) {
      if (chunk.version > 0) {
        state.free(chunk.extent, chunk.order, chunk.lengthBytes);
      }
      chunk.extent = update.extent;
      chunk.order = update.order;
    } else {
      int kept = CheckedChunk.blocks(update.lengthBytes);
      int gone = CheckedChunk.blocks(chunk.lengthBytes) - kept;
      state.drop(chunk.extent + kept, Math.max(0, gone));
      for (int i = 0; i < update.journaledBlock.length; i++) {
        long place = chunk.extent + update.journaledBlock[i];
        state.checksums.put(place, update.journaledChecksum[i]);
        state.putJournaled(place, update.journaledOffset[i]);
      }
      state.drop(chunk.extent + update.punchedFirst, update.punchedCount);
      state.checksums.putHoles(chunk.extent + update.punchedFirst, update.punchedCount);
    }
    chunk.version = update.version;
    chunk.digest = update.digest;
    chunk.lengthBytes = update.lengthBytes;
  }

  private void contradiction(ChunkName name, String what) {
    findings.chunk(Severity.ERROR, name, what);
  }
}
